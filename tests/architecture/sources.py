"""The files of the project and what their Python says, for the tests that hold its shape."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("services", "shared", "infra")
SERVICES = ("trainees", "employers", "matching", "reporting")


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is committed or could be, relative to the project's folder."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = {Path(name) for name in listed.split("\0") if name}
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


def python_files(*tops: str) -> list[Path]:
    """The Python files, all or those below the named top-level folders."""
    return [path for path in project_files() if path.suffix == ".py" and (not tops or path.parts[0] in tops)]


def entries(folder: str) -> set[str]:
    """The names of what stands in a folder, directly."""
    depth = len(Path(folder).parts)
    return {path.parts[depth] for path in project_files() if path.parts[:depth] == Path(folder).parts}


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything in a file's tree. Walking costs more than parsing: it is done once."""
    return tuple(ast.walk(tree(path)))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a file with the dotted name that is called: `datetime.now`; `.commit` when what is left of it is no name."""
    for node in nodes(path):
        if isinstance(node, ast.Call):
            yield _dotted(node.func), node


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, with the line."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ""
