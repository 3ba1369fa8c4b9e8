"""Reads what a posting says into what matching compares: demands with levels, and pay in won a year."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

HOURS_A_WEEK: Final = 40
WEEKS_A_YEAR: Final = 52
MONTHS_A_YEAR: Final = 12


class Asked(NamedTuple):
    """A skill or licence at a level from 1 to 5, and whether nobody may be hired without it."""

    skill: str
    level: int
    must: bool


class Wanted(Protocol):
    @property
    def skill(self) -> str: ...
    @property
    def level(self) -> int: ...


class Pay(Protocol):
    @property
    def lowest(self) -> int | None: ...
    @property
    def highest(self) -> int | None: ...
    @property
    def per(self) -> str: ...


class Hours(Protocol):
    @property
    def weekly(self) -> int: ...


class Posting(Protocol):
    @property
    def skills(self) -> list[str]: ...
    @property
    def must_have(self) -> Sequence[Wanted]: ...
    @property
    def nice_to_have(self) -> Sequence[Wanted]: ...
    @property
    def licences(self) -> list[str]: ...
    @property
    def salary(self) -> Pay | None: ...
    @property
    def working_hours(self) -> Hours | None: ...


def demands_of(posting: Posting) -> list[Asked]:
    """What a posting asks for, each skill once: as a must-have where it is one, at the highest level that is named."""
    found: dict[str, Asked] = {}
    must = [(each.skill, each.level) for each in posting.must_have] + [(each, 1) for each in (*posting.skills, *posting.licences)]
    for skill, level in must:
        found[skill] = Asked(skill, max(level, found[skill].level if skill in found else 1), must=True)
    for each in posting.nice_to_have:
        if each.skill not in found or not found[each.skill].must:
            found[each.skill] = Asked(each.skill, each.level, must=False)
    return sorted(found.values())


def pay_of(posting: Posting) -> int | None:
    """The best that is paid, in won a year; None where nothing is told. By the hour it is for the hours that are told."""
    salary = posting.salary
    most = None if salary is None else salary.highest if salary.highest is not None else salary.lowest
    if salary is None or most is None:
        return None
    weekly = posting.working_hours.weekly if posting.working_hours else HOURS_A_WEEK
    times = {"year": 1, "month": MONTHS_A_YEAR, "hour": weekly * WEEKS_A_YEAR}
    return most * times[salary.per] if salary.per in times else None
