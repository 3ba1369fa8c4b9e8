"""KSIC, 11th revision (한국표준산업분류): which industries there are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from shared.errors import N_, FieldError, Invalid

REVISION: Final = 11
_TABLE: Final = Path(__file__).with_name("ksic11.tsv")


@dataclass(frozen=True, slots=True)
class Industry:
    """A section (one letter), or its letter with the two to five digits of a division, group, class or subclass."""

    code: str
    name_ko: str
    name_en: str


@cache
def table() -> Mapping[str, Industry]:
    """Every code of the revision."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return {row.code: row for row in (Industry(*line.split("\t")) for line in lines if not line.startswith("#"))}


def check_industry(code: str, *, pointer: str = "/ksic") -> str:
    """Return `code`, or raise Invalid when the 11th revision has none like it."""
    if code not in table():
        raise Invalid(FieldError(pointer, "unknown_industry", N_("KSIC, 11th revision, has no industry with this code.")))
    return code


def industries(*, within: str | None, text: str | None) -> Iterator[Industry]:
    """In the order of their codes: those directly below `within` (sections without), or those whose name has `text`."""
    for code, row in table().items():
        if text:
            if code.startswith(within or "") and text.casefold() in f"{row.name_ko} {row.name_en}".casefold():
                yield row
        elif _below(code, within):
            yield row


def _below(code: str, within: str | None) -> bool:
    if not within:
        return len(code) == 1
    return code.startswith(within) and len(code) == (3 if len(within) == 1 else len(within) + 1)
