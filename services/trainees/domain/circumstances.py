"""What is true of a person for a time and decides whether they may take part: residence and degrees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CircumstanceKind(StrEnum):
    RESIDENCE = "residence"
    DEGREE = "degree"


class DegreeState(StrEnum):
    OBTAINED = "obtained"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class Known:
    """One circumstance: true since `effective_on`, told at the place `order` among all. `region` is a district code."""

    kind: CircumstanceKind
    effective_on: date
    order: int
    region: str
    state: DegreeState | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was known about a person as of a day: their age, the one region they lived in, and their degrees."""

    age: int
    residence: str | None
    degrees: tuple[tuple[str, DegreeState], ...]


def age_on(day: date, *, born: date) -> int:
    """Full years (만 나이)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def facts_as_of(day: date, *, born: date, known: Iterable[Known]) -> Facts:
    """The facts of `day`: of residences the last one that had begun; of degrees all, one that lies ahead as expected."""
    residences = [each for each in known if each.kind is CircumstanceKind.RESIDENCE and each.effective_on <= day]
    residence = max(residences, key=lambda each: (each.effective_on, each.order), default=None)
    degrees = {
        (each.region, each.state if each.effective_on <= day and each.state is not None else DegreeState.EXPECTED)
        for each in known
        if each.kind is CircumstanceKind.DEGREE
    }
    return Facts(age_on(day, born=born), residence.region if residence else None, tuple(sorted(degrees)))
