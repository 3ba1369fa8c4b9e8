"""The layout: whoever knows one service finds their way in all four, and no file grows into a maze."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import SERVICES, entries, project_files, python_files, text, tree

LONGEST = 300

TOP_LEVEL = {
    ".ci",
    ".dockerignore",
    ".editorconfig",
    ".env",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.ko.md",
    "README.md",
    "SECURITY.md",
    "docker-compose.yml",
    "infra",
    "pyproject.toml",
    "requirements.lock",
    "services",
    "shared",
    "tests",
}
BESIDE_THE_SERVICES = {"__init__.py", "__main__.py", "backup", "cli", "composition", "demo", "doctor", "reconciliation"}
IN_EVERY_SERVICE = {"api", "app", "commands", "domain", "handlers", "migrations", "queries", "schemas", "tables"}
ONLY_IN = {"reporting": {"charts", "frameworks", "indicators", "messages", "pages", "reports"}}
NAMES_THAT_SAY_NOTHING = {"base", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
TESTS = {
    "__init__.py",
    "architecture",
    "benchmarks",
    "compose",
    "browsing.py",
    "chaos",
    "conftest.py",
    "covering",
    "engines.py",
    "lending.py",
    "preloading.py",
    "scheduling.py",
    "infra",
    "journeys",
    "serving.py",
    "shared",
    "waiting.py",
    *SERVICES,
}


def _stem(entry: str) -> str:
    return entry.removesuffix(".py")


def _is_generated(path: Path) -> bool:
    return "migrations" in path.parts and "versions" in path.parts


def test_every_top_level_entry_is_known() -> None:
    assert entries(".") - TOP_LEVEL == set()


def test_beside_the_services_stands_only_what_runs_them() -> None:
    assert entries("services") - BESIDE_THE_SERVICES - {"cli.py", *SERVICES} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_same_parts_as_every_other(service: str) -> None:
    parts = {_stem(entry) for entry in entries(f"services/{service}")} - {"__init__"}
    assert parts - ONLY_IN.get(service, set()) == IN_EVERY_SERVICE


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_it_is_in_its_first_file(service: str) -> None:
    assert "__init__.py" in entries(f"services/{service}")


def test_tests_stand_where_what_they_test_stands() -> None:
    assert entries("tests") - TESTS == set()


def test_every_python_file_begins_by_saying_what_it_is_for() -> None:
    silent = [str(path) for path in python_files() if not text(path).startswith(('"""', 'r"""'))]
    assert silent == []


def test_no_name_says_nothing() -> None:
    empty = [str(path) for path in python_files() if NAMES_THAT_SAY_NOTHING & set(re.split(r"[/_.]", str(path)))]
    assert empty == []


def test_no_python_file_is_longer_than_can_be_read_at_one_sitting() -> None:
    lengths = {str(path): text(path).count("\n") for path in python_files() if not _is_generated(path)}
    long = {path: lines for path, lines in lengths.items() if lines > LONGEST}
    assert long == {}, "a file that outgrows this becomes a folder of the same name"


@pytest.mark.unhurried
def test_every_test_file_holds_a_test() -> None:
    empty = [
        str(path)
        for path in python_files("tests")
        if path.name.startswith("test_")
        and not any(getattr(node, "name", "").lower().startswith("test") for node in tree(path).body)
    ]
    assert empty == []


INDEX_ADDRESSES = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|registry\.yarnpkg|repo1?\.maven|--(extra-)?index-url|\"resolved\": *\"http",
    re.IGNORECASE,
)
LOCKS_WITH_ADDRESSES = {"uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml"}
MACHINE_PATHS = re.compile(r"(?<![\w.$}/])/(home|root|work|Users)/\w")


def _readable() -> list[tuple[Path, str]]:
    found = []
    for path in project_files():
        try:
            found.append((path, text(path)))
        except UnicodeDecodeError:
            continue
    return found


@pytest.mark.unhurried
def test_no_file_names_a_package_index() -> None:
    naming = [str(path) for path, content in _readable() if INDEX_ADDRESSES.search(content)]
    locks = [str(path) for path in project_files() if path.name in LOCKS_WITH_ADDRESSES]
    assert naming + locks == []


@pytest.mark.unhurried
def test_no_file_names_a_folder_of_one_machine() -> None:
    naming = {str(path): found[0] for path, content in _readable() if (found := MACHINE_PATHS.search(content))}
    assert naming == {}
