"""One place for each power: who commits, who emits, who reads the time, who knows Kafka, and who may not know the database."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PRODUCT, calls, imports, nodes, python_files, tree

CLOCK = Path("shared/clock.py")
READS_THE_TIME = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}
NOT_FOR_RULES = (
    "fastapi",
    "httpx",
    "psycopg",
    "shared.db",
    "shared.eventlog",
    "shared.http",
    "sqlalchemy",
    "sqlmodel",
    "starlette",
)


def _is_below(path: Path, *folders: str) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _is_part(path: Path, name: str) -> bool:
    """Whether a file is, or belongs to, this part of a service: `services/<service>/commands.py` or `.../commands/...`."""
    return len(path.parts) > 2 and path.parts[0] == "services" and path.parts[2] in (name, f"{name}.py")


def _commits(path: Path) -> list[str]:
    """Where a file ends a database transaction: `.commit()` with nothing in it (a log's takes offsets), or SQL that does."""
    found = [
        f"{path}:{call.lineno}" for name, call in calls(path) if name.endswith(".commit") and not (call.args or call.keywords)
    ]
    sql = [
        f"{path}:{node.lineno}"
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip().upper() == "COMMIT"
    ]
    return found + sql


@pytest.mark.unhurried
def test_only_the_database_layer_commits() -> None:
    files = [path for path in python_files(*PRODUCT) if not _is_below(path, "shared/db", "shared/eventlog/embedded")]
    assert [place for path in files for place in _commits(path)] == []


@pytest.mark.unhurried
def test_only_the_clock_reads_the_time() -> None:
    files = [path for path in python_files(*PRODUCT) if path != CLOCK]
    assert [f"{path}:{call.lineno} {name}" for path in files for name, call in calls(path) if name in READS_THE_TIME] == []


@pytest.mark.unhurried
def test_only_the_adapter_knows_kafkas_client() -> None:
    files = [path for path in python_files(*PRODUCT) if not _is_below(path, "shared/eventlog/kafka.py", "shared/eventlog/kafka")]
    assert [f"{path}:{line}" for path in files for module, line in imports(path) if module.split(".")[0] == "kafka"] == []


def test_only_commands_emit() -> None:
    files = [path for path in python_files("services") if not _is_part(path, "commands")]
    assert [f"{path}:{call.lineno}" for path in files for name, call in calls(path) if name.split(".")[-1] == "emit"] == []


def test_rules_know_neither_database_nor_http() -> None:
    files = [path for path in python_files("services") if _is_part(path, "domain")]
    met = [
        f"{path}:{line} {module}"
        for path in files
        for module, line in imports(path)
        if any(module == name or module.startswith(f"{name}.") for name in NOT_FOR_RULES)
    ]
    assert met == []


HEAVY = frozenset({
    "duckdb", "llvmlite", "matplotlib", "numba", "numpy", "openpyxl", "pandas", "pypdf", "pypdfium2", "scipy", "statsmodels",
    "xlsxwriter",
})  # fmt: skip


def _at_once(body: list[ast.stmt]) -> Iterator[str]:
    """The top-level packages that a module imports when it is itself imported."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.If):
            # What only a type checker reads is not loaded.
            chosen = node.orelse if "TYPE_CHECKING" in ast.dump(node.test) else [*node.body, *node.orelse]
            yield from _at_once(chosen)
        elif isinstance(node, ast.Try | ast.With | ast.ClassDef):
            yield from _at_once(node.body)


def test_what_takes_long_to_load_is_loaded_by_whom_needs_it() -> None:
    """A process is there in seconds because nothing heavy is imported at its start: import it in the function that uses it."""
    found = {path: heavy for path in python_files("services", "shared") if (heavy := HEAVY & set(_at_once(tree(path).body)))}
    assert found == {}
