"""Compares the interfaces with what others rely on (`make api-diff`), or with the files they are written to (`--check`).

Ends with 1 when a change would break a caller or a listener, or when a file is not what the code says; with 2 when
there is nothing to compare with.
"""

import argparse
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Final

from infra.docs.interfaces.documents import texts
from infra.docs.interfaces.landed import landed
from infra.docs.interfaces.rules.whole import breaks
from infra.docs.interfaces.stored import FOLDER, NoSuchBase, Texts, read_commit, read_folder

ACCEPTED: Final = Path(__file__).parent / "interfaces" / "accepted.txt"
_EXCERPT: Final = 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, tell, and say by a number how it went."""
    options = _options(arguments)
    if options.check:
        return check(read_folder(FOLDER), texts())
    base = options.base or landed()
    if base is None:
        _tell(["no commit has the interfaces' documents: name a base with --base"])
        return 2
    return compare(base, texts(), but=accepted())


def accepted(file: Path = ACCEPTED) -> frozenset[str]:
    """The breaking changes that were decided on, each written down below its reason."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def check(written: Mapping[str, str], now: Mapping[str, str]) -> int:
    """Whether the files are what the code says; an excerpt of the difference where they are not."""
    different = [path for path in sorted(written.keys() | now.keys()) if written.get(path) != now.get(path)]
    for path in different:
        _tell(_difference(path, written.get(path, ""), now.get(path, "")))
    if different:
        _tell([f"{len(different)} of the interfaces' documents are not what the code says: run `make docs`"])
    return int(bool(different))


def compare(base: str, now: Mapping[str, str], *, but: Collection[str] = ()) -> int:
    """What would break somebody, between a base (a commit, or a folder like infra/docs) and the code, but what is accepted."""
    try:
        before = _read(base)
    except NoSuchBase:
        _tell([f"{base} is neither a commit nor a folder"])
        return 2
    everything = [str(each) for each in breaks(before, now)]
    found = [each for each in everything if each not in but]
    if len(found) < len(everything):
        _tell([f"{len(everything) - len(found)} breaking changes are accepted, with reasons, in {ACCEPTED.name}"])
    _tell(found)
    _tell([f"{len(found)} breaking changes since {base}: add a new version beside the old one" if found else _fine(base, before)])
    return int(bool(found))


def _fine(base: str, before: Texts) -> str:
    return f"nothing breaks since {base} ({len(before)} documents)"


def _read(base: str) -> Texts:
    folder = Path(base)
    return read_folder(folder) if folder.is_dir() else read_commit(base)


def _difference(path: str, written: str, now: str) -> Iterator[str]:
    lines = unified_diff(written.splitlines(), now.splitlines(), f"{path} (file)", f"{path} (code)", lineterm="", n=2)
    yield from islice(lines, _EXCERPT)
    if next(lines, None) is not None:
        yield "..."


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.docs.compare", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="the files are what the code says")
    parser.add_argument("--base", metavar="REF", help="a commit, or a folder with the documents (default: what has landed)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
