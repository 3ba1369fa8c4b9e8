"""Legal-district codes (법정동코드): what is where, from when to when, and what a place was called before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from shared.errors import N_, FieldError, Invalid

_TABLE: Final = Path(__file__).with_name("regions.tsv")
_NEVER: Final = date.max


@dataclass(frozen=True, slots=True)
class Region:
    """A code of two (province), five (city, county, district) or ten digits, in force from its first day to its last.

    `successor` is the code of the same place since then, where it has one.
    """

    code: str
    name_ko: str
    name_en: str | None
    valid_from: date
    valid_to: date | None
    successor: str | None

    def holds(self, on: date) -> bool:
        """Whether the code was in force on that day."""
        return self.valid_from <= on <= (self.valid_to or _NEVER)


@cache
def table() -> Mapping[str, Region]:
    """Every code that was in force at any time since 2019."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return {row.code: row for row in map(_read, (line for line in lines if not line.startswith("#")))}


def _read(line: str) -> Region:
    code, name_ko, name_en, first, last, successor = line.split("\t")
    ended = date.fromisoformat(last) if last else None
    return Region(code, name_ko, name_en or None, date.fromisoformat(first), ended, successor or None)


def check_region(code: str, *, on: date, pointer: str = "/region") -> str:
    """Return `code`, or raise Invalid when there is no such place or it had another code on that day."""
    for error in region_errors(code, on=on, pointer=pointer):
        raise Invalid(error)
    return code


def region_errors(code: str, *, on: date, pointer: str = "/region") -> Iterator[FieldError]:
    """What is wrong with a code on a day, if anything is."""
    region = table().get(code)
    if region is None:
        yield FieldError(pointer, "unknown_region", N_("There is no region with this code."))
    elif not region.holds(on):
        text = N_("The code was not in force on {day}. The place has the code {other} then.")
        other = region.successor if on > region.valid_from else next(_before(code), None)
        yield FieldError(pointer, "region_not_in_force", text, {"day": on.isoformat(), "other": other or "-"})


def spellings(prefix: str) -> list[str]:
    """The beginnings of codes that mean what lies in `prefix` today or ever did: 27 and, since Gunwi came to it, 47720."""
    earlier = [row.code for row in table().values() if row.successor is not None and row.successor.startswith(prefix)]
    kept = [code for code in sorted(earlier) if not code.startswith(prefix)]
    return [prefix, *(code for code in kept if not any(other != code and code.startswith(other) for other in kept))]


def places(*, within: str | None, on: date, text: str | None) -> Iterator[Region]:
    """Regions in force on a day, by code: those directly below `within` (provinces without), or those whose name has `text`."""
    for code, row in sorted(table().items()):
        if row.holds(on) and (_named(row, text) and code.startswith(within or "") if text else _below(code, within)):
            yield row


def _named(row: Region, text: str) -> bool:
    return text.casefold() in f"{row.name_ko} {row.name_en or ''}".casefold()


def _below(code: str, within: str | None) -> bool:
    if not within:
        return len(code) == 2
    following = {2: 5, 5: 10}.get(len(within))
    return len(code) == following and code.startswith(within)


def _before(code: str) -> Iterator[str]:
    return (row.code for row in table().values() if row.successor == code)
