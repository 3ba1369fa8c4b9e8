"""The form that every definition gives its answer in: what each thing counted was good for, from which day up to which.

A definition classifies; it never counts. From the same rows come a value on any day, its breakdowns, the things behind
it, and what changed between two moments.
"""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Integer, Select, String, cast, literal, null, select
from sqlalchemy.sql.elements import SQLColumnExpression

Rows = Select[*tuple[Any, ...]]
Column = ColumnElement[Any] | SQLColumnExpression[Any]


class Part(StrEnum):
    """What a thing is good for while it stands where it stands."""

    NUMERATOR = "numerator"
    OTHER = "other"  # in the denominator, no success
    UNKNOWN = "unknown"  # in the denominator, and nobody knows the outcome
    OPEN = "open"  # in the denominator, and has not come to an end: its outcome cannot be known yet
    WAITING = "waiting"  # may come into the denominator one day
    BEGUN = "begun"  # exists, and counts for nothing here
    OUTSIDE = "outside"  # is only named as an exclusion

    @property
    def in_denominator(self) -> bool:
        return self in DENOMINATOR


DENOMINATOR: Final = (Part.NUMERATOR, Part.OTHER, Part.UNKNOWN, Part.OPEN)
KNOWN_PARTS: Final = (Part.NUMERATOR, Part.OTHER)
UNKNOWNS: Final = (Part.UNKNOWN, Part.OPEN)
UNDECIDED: Final = (Part.OPEN, Part.WAITING)


def spans(
    rows: FromClause,
    *dimensions: str,
    counted: Column,
    part: Column,
    reason: Column | None = None,
    grade: Column | None = None,
    amount: Column | None = None,
    days: Column | None = None,
    from_on: Column | None = None,
    until_on: Column | None = None,
) -> Rows:
    """One row per stretch of days of one thing.

    `item` is the aggregate that a row rests on and `counted` the thing that it counts as: two enrolments of a person are
    two items, and one person. `reason` is the code of the exclusion that it is named under. `amount` is how much it counts.
    `days` is how long it took, or of what is open how long it had waited when the row begins.
    The days of a row are from `from_on` up to and without `until_on`.
    """
    return select(
        rows.c.aggregate_id.label("item"),
        counted.label("counted"),
        cast(part, String).label("part"),
        cast(null() if reason is None else reason, String).label("reason"),
        cast(null() if grade is None else grade, Integer).label("grade"),
        cast(literal(1) if amount is None else amount, Integer).label("amount"),
        cast(null() if days is None else days, Integer).label("days"),
        (rows.c.from_on if from_on is None else from_on).label("from_on"),
        (rows.c.until_on if until_on is None else until_on).label("until_on"),
        *[rows.c[name] for name in dimensions],
    ).where(part.is_not(None))
