"""Probes in the product's lines and branches, in every process of a run of the tests: COVERING=1 turns them on.

SlipCover puts a probe at each line and branch and takes it out once it was met, so that a loop costs nothing: a run takes
a sixth more of the processor with it, and four fifths more with a tracer. Every process writes what it took into a folder;
`tests.covering.gate` puts the pieces together. Processes that tests start are not measured: putting probes in makes their
start several times longer, and tests wait for it.
"""

import ast
import importlib.util
import json
import os
import shutil
import sys
import uuid
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from threading import RLock
from types import CodeType, ModuleType
from typing import Any, ClassVar

from slipcover import FileMatcher, Slipcover
from slipcover.branch import preinstrument
from slipcover.importer import SlipcoverLoader

SWITCH = "COVERING"
PRODUCT = ["services", "shared"]
ROOT = Path(__file__).parents[2]
PIECES = ROOT / ".covered"
PASSED_OVER = [
    r"class .*\bProtocol\):",
    r"@(abc\.)?abstractmethod",
    r"@overload",
    r'if __name__ == "__main__":',
]


class OneAtATime(SlipcoverLoader):  # type: ignore[misc]  # it has no types
    """Puts probes in one file after the other, in whatever threads they are loaded.

    CPython 3.11 counts the depth of a syntax tree for all threads together and fails with SystemError when two of them
    build one at once (cpython#106905). The module itself runs outside the lock: Python's own locks stand around imports.
    Alembic loads every migration whenever a database is opened: probes are put in once.
    """

    _turn: ClassVar = RLock()
    _probed: ClassVar[dict[Path, CodeType]] = {}

    def exec_module(self, module: ModuleType) -> None:
        with self._turn:
            code = self._probed.get(self.origin)
            if code is None:
                self.sci.register_module(module)
                tree = preinstrument(ast.parse(self.origin.read_bytes()))
                code = self._probed[self.origin] = self.sci.instrument(compile(tree, str(self.origin), "exec"))
        exec(code, module.__dict__)  # noqa: S102 - as every loader does


class Probing:
    """Sees to it that the product's modules are probed when they are imported, and nothing but them."""

    def __init__(self) -> None:
        self._probes = Slipcover(immediate=True, branch=True, exclude_also=PASSED_OVER)
        self._files = FileMatcher(sources=[ROOT / name for name in PRODUCT])
        self._from_file = importlib.util.spec_from_file_location

    def begin(self) -> None:
        """From now on."""
        sys.meta_path.insert(0, self)
        importlib.util.spec_from_file_location = self._located  # as Alembic loads its migrations

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """As the import system asks. None for what is not the product's."""
        if name.partition(".")[0] not in PRODUCT:
            return None
        return self._probed(PathFinder.find_spec(name, path, target))

    def _located(self, *which: Any, **how: Any) -> ModuleSpec | None:
        spec = self._from_file(*which, **how)
        return self._probed(spec) or spec

    def _probed(self, spec: ModuleSpec | None) -> ModuleSpec | None:
        if spec is None or not isinstance(spec.loader, SourceFileLoader) or not self._files.matches(spec.origin):
            return None
        spec.loader = OneAtATime(self._probes, spec.loader, spec.origin)
        return spec

    def write(self) -> None:
        """Write what this process took so far."""
        taken = self._probes.get_coverage()
        if taken["files"]:
            # Named now: processes of a run are forked from one that has begun already.
            (PIECES / f"{uuid.uuid4().hex}.json").write_text(json.dumps(taken), encoding="utf-8")


def begin() -> None:
    """Probe this process of a run of tests, if the run is to be measured."""
    if not os.environ.get(SWITCH):
        return
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(PIECES, ignore_errors=True)
        PIECES.mkdir()
    Probing().begin()


def write() -> None:
    """Write what this process took: the processes of a run of tests are ended before they could do so by themselves."""
    for probing in [finder for finder in sys.meta_path if isinstance(finder, Probing)]:
        probing.write()
