"""What an indicator is: a definition with a version that a program manager can read and a database can answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from services.reporting.domain.values import Counts, Unit
from services.reporting.indicators.selection import Scope, Statement


@dataclass(frozen=True, slots=True)
class Text:
    """The same in Korean and in English."""

    ko: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.ko if language == "ko" else self.en


class RollUp(StrEnum):
    """How parts make a whole: counts add, rates are sum over sum and never a mean, unique things are counted again."""

    ADD = "add"
    POOL = "pool"
    RECOUNT = "recount"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One version of one indicator.

    `counted` is the thing counted; `sources` are the aggregates whose events it rests on; `dimensions` are what it may be
    narrowed to and broken down by. `statement` selects one row, or one per group, with the columns that `counts_of` reads.
    """

    id: str
    version: int
    name: Text
    formula: Text
    numerator: Text
    denominator: Text | None
    unit: Unit
    counted: Text
    roll_up: RollUp
    dimensions: tuple[str, ...]
    sources: tuple[str, ...]
    statement: Callable[[Scope], Statement]
    decimals: int = 0
    exclusions: Mapping[str, Text] | None = None


_EXCLUDED: Final = "excluded_"
_GRADE: Final = "grade_"


def counts_of(row: Mapping[str, Any]) -> Counts:
    """The counts in one row of an indicator's statement."""
    return Counts(
        begun=row["begun"],
        numerator=row["numerator"],
        denominator=row.get("denominator"),
        undecided=row.get("undecided", 0),
        unknown=row.get("unknown", 0),
        exclusions={name.removeprefix(_EXCLUDED): row[name] for name in row if name.startswith(_EXCLUDED)},
        evidence={int(name.removeprefix(_GRADE)): row[name] for name in row if name.startswith(_GRADE)},
    )
