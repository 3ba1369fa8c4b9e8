"""Where a row holds a resident registration number: in one cell, or its two halves in cells that follow each other."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from services.trainees.domain import values
from services.trainees.domain.values import Unusable
from shared.personal_data import looks_like_resident_number

_SHORTEST: Final = 10
_HARMLESS: Final = re.compile(r"\d{4}-\d{2}-\d{2}|0?10-?\d{4}-?\d{4}", re.ASCII)  # what most rows hold, told apart cheaply
_MARKS: Final = re.compile(r"[^\w*#●○□■]+")
_BACK: Final = re.compile(r"\d(?:\d{6}|\d{0,2}[*xX#●○□■ⅹ]{2,6})")
_LONGEST_BACK: Final = 16
_LATEST: Final = date(2099, 12, 31)
_FRONT: Final = re.compile(r"(?<!\d)\d{5,6}$")
_BORN_1900S: Final = frozenset("1256")
_BORN_2000S: Final = frozenset("3478")


def cells_with_resident_numbers(cells: Sequence[str]) -> list[int]:
    """The places of all cells that hold such a number, or half of one."""
    found = {index for index, cell in enumerate(cells) if _is_whole(cell)}
    before: int | None = None
    for index, cell in enumerate(cells):
        if not cell or cell.isspace():
            continue
        if before is not None and len(cell) <= _LONGEST_BACK and _are_halves(cells[before], cell):
            found |= {before, index}
        before = index
    return sorted(found)


def _is_whole(cell: str) -> bool:
    return len(cell) >= _SHORTEST and not _HARMLESS.fullmatch(cell) and looks_like_resident_number(cell)


def _are_halves(front: str, back: str) -> bool:
    back = _MARKS.sub("", back if back.isascii() else values.plain(back))
    if not _BACK.fullmatch(back):
        return False
    short = _FRONT.search(_MARKS.sub("", values.plain(front)))
    if short is not None and looks_like_resident_number(f"{short[0].zfill(6)}-{back}"):
        return True
    return _is_birth_date_before(front, back)


def _is_birth_date_before(front: str, back: str) -> bool:
    """Whether `back` is the rest of the number of somebody born on the day that `front` spells out."""
    try:
        born = values.day(front, earliest=values.EARLIEST_BIRTH, latest=_LATEST)
    except Unusable:
        return False
    fitting = _BORN_1900S if born.year < 2000 else _BORN_2000S
    return back[0] in fitting and looks_like_resident_number(f"{born:%y%m%d}-{back}")
