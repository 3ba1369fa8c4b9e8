"""What the documents say about the code is what the code says."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from infra.docs.settings_table import settings_table, variables, with_settings
from services.cli.app import app
from tests.architecture.sources import ROOT, project_files, text

OPERATING = [path for path in project_files() if path.match("infra/docs/operations/*.md")]
READMES = [Path("README.md"), Path("README.ko.md")]


def _make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", text(Path("Makefile")), re.MULTILINE))


@pytest.mark.parametrize("page", ["README.md", "infra/docs/operations/configure.md"])
def test_every_setting_is_listed_as_the_code_describes_it(page: str) -> None:
    readme = text(Path(page))
    assert with_settings(readme) == readme, "run `make docs`"
    assert settings_table() in readme


def test_the_korean_readme_explains_the_same_settings() -> None:
    table = text(Path("README.ko.md")).partition("<!-- settings -->")[2].partition("<!-- /settings -->")[0]
    assert re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE) == variables()


@pytest.mark.parametrize("path", [*READMES, Path("CONTRIBUTING.md"), *OPERATING], ids=str)
def test_every_command_that_a_document_names_exists(path: Path) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text(path), re.MULTILINE))
    assert named or path in OPERATING
    assert named - _make_targets() == set()


@pytest.mark.parametrize("path", OPERATING, ids=str)
def test_every_hustar_command_that_an_operator_is_told_of_exists(path: Path) -> None:
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"(?:`|^|/)hustar ([a-z][a-z-]*)", text(path), re.MULTILINE))
    assert named - commands == set()


def test_every_make_target_is_explained_in_one_line() -> None:
    explained = set(re.findall(r"^([a-z-]+):.*## .", text(Path("Makefile")), re.MULTILINE))
    assert _make_targets() - explained == set()


@pytest.mark.parametrize("path", [path for path in project_files() if path.suffix == ".md"], ids=str)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text(path))
    broken = [link for link in links if not (ROOT / path.parent / link).exists()]
    assert broken == []
