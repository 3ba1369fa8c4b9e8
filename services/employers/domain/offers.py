"""What a posting offers and asks for: pay, hours, term, skills; and everything that can be wrong with that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.employers.domain.positions import PositionKind
from shared.errors import N_, FieldError
from shared.skills import Kind, Skill, Taxonomy

SUGGESTIONS: Final = 3


class Per(StrEnum):
    """What a salary is paid for."""

    YEAR = "year"
    MONTH = "month"
    HOUR = "hour"


# Below and above these nobody is paid: who writes 3,500 a year means ten thousands of won.
PLAUSIBLE: Final[Mapping[Per, tuple[int, int]]] = MappingProxyType({
    Per.YEAR: (1_000_000, 1_000_000_000),
    Per.MONTH: (100_000, 100_000_000),
    Per.HOUR: (1_000, 1_000_000),
})  # fmt: skip
_WEEKS: Final = 52
_FULL_WEEK: Final = 40


@dataclass(frozen=True, slots=True)
class Salary:
    """Whole won before tax, `per` year, month or hour. At least one bound is told."""

    per: Per
    lowest: int | None = None
    highest: int | None = None

    def yearly(self, weekly_hours: int | None) -> int:
        """The least that is paid in a year, or the most where no least is told: what postings are compared by."""
        told = self.lowest if self.lowest is not None else self.highest
        assert told is not None
        times = {Per.YEAR: 1, Per.MONTH: 12, Per.HOUR: _WEEKS * (weekly_hours or _FULL_WEEK)}
        return told * times[self.per]


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours in a week, and between what times of day where that is fixed."""

    weekly: int
    starts_at: time | None = None
    ends_at: time | None = None
    in_shifts: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A skill as a caller writes it, and the level it is wanted at: 1 knows of it, 3 works with it alone, 5 teaches it."""

    skill: str
    level: int = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """What a posting says beside its title, field, region and seats. Skills and licences are the taxonomy's codes."""

    must_have: Sequence[Wanted] = ()
    nice_to_have: Sequence[Wanted] = ()
    licences: Sequence[str] = ()
    salary: Salary | None = None
    hours: Hours | None = None
    duration_months: int | None = None


@dataclass(slots=True)
class Resolved:
    """Skills found in the taxonomy by what was written, and what is wrong with the others."""

    errors: list[FieldError] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def wanted(self, taxonomy: Taxonomy, asked: Sequence[Wanted], pointer: str) -> list[Wanted]:
        found = [
            (self._found(taxonomy, each.skill, f"{pointer}/{place}/skill", licence=False), each.level)
            for place, each in enumerate(asked)
        ]
        return [Wanted(skill.code, level) for skill, level in found if skill is not None]

    def also(self, taxonomy: Taxonomy, asked: Sequence[str], pointer: str) -> list[Wanted]:
        """Skills without a level. To ask for one again is no fault: it was asked for once."""
        found = []
        for place, written in enumerate(asked):
            skill = taxonomy.find(written)
            if skill is None or skill.code not in self._seen:
                found.append(self._found(taxonomy, written, f"{pointer}/{place}", licence=False))
        return [Wanted(skill.code) for skill in found if skill is not None]

    def named(self, taxonomy: Taxonomy, written: str, pointer: str) -> str | None:
        """The code of one skill."""
        skill = self._found(taxonomy, written, pointer, licence=False)
        return skill.code if skill is not None else None

    def licences(self, taxonomy: Taxonomy, asked: Sequence[str], pointer: str) -> list[str]:
        found = [self._found(taxonomy, each, f"{pointer}/{place}", licence=True) for place, each in enumerate(asked)]
        return [skill.code for skill in found if skill is not None]

    def _found(self, taxonomy: Taxonomy, written: str, pointer: str, *, licence: bool) -> Skill | None:
        skill = taxonomy.find(written)
        if skill is None:
            self.errors.append(_unknown(taxonomy, written, pointer))
        elif licence != (skill.kind is Kind.LICENCE):
            self.errors.append(FieldError(pointer, *(_NO_LICENCE if licence else _LICENCE)))
        elif skill.code in self._seen:
            self.errors.append(FieldError(pointer, "skill_twice", N_("This skill is asked for already.")))
        else:
            self._seen.add(skill.code)
            return skill
        return None


_NO_LICENCE: Final = ("not_a_licence", N_("This is no licence: it belongs to the skills."))
_LICENCE: Final = ("is_a_licence", N_("This is a licence: it belongs to the licences."))


def _unknown(taxonomy: Taxonomy, written: str, pointer: str) -> FieldError:
    near = taxonomy.suggest(written, most=SUGGESTIONS)
    if not near:
        return FieldError(pointer, "unknown_skill", N_("There is no such skill in the taxonomy, and nothing like it."))
    names = ", ".join(f"{skill.name_ko} ({skill.code})" for skill in near)
    return FieldError(
        pointer, "unknown_skill", N_("There is no such skill in the taxonomy. Close to it: {near}."), {"near": names}
    )


def offer_errors(offer: Offer, *, kind: PositionKind) -> Iterator[FieldError]:
    """What is wrong with pay and term."""
    if offer.salary is not None:
        yield from _salary_errors(offer.salary)
    if offer.duration_months is not None and kind is PositionKind.PERMANENT:
        message = N_("A permanent position has no duration: leave it out, or make the position fixed-term.")
        yield FieldError("/duration_months", "duration_of_permanent", message)
    hours = offer.hours
    if hours is not None and (hours.starts_at is None) != (hours.ends_at is None):
        yield FieldError("/working_hours/ends_at", "hours_half_told", N_("Give both the beginning and the end, or neither."))


def _salary_errors(salary: Salary) -> Iterator[FieldError]:
    low, high = salary.lowest, salary.highest
    if low is None and high is None:
        yield FieldError("/salary", "salary_empty", N_("Give the lowest or the highest salary, or leave the salary out."))
    elif low is not None and high is not None and high < low:
        message = N_("The range is upside down: the highest salary is below the lowest.")
        yield FieldError("/salary/highest", "salary_upside_down", message)
    least, most = PLAUSIBLE[salary.per]
    for name, amount in (("lowest", low), ("highest", high)):
        if amount is not None and not least <= amount <= most:
            params = {"least": f"{least:,}", "most": f"{most:,}"}
            message = N_("Salaries are in whole won, here from {least} to {most}.")
            yield FieldError(f"/salary/{name}", "salary_implausible", message, params)


def window_errors(opens_on: date, closes_on: date | None, *, today: date, history: bool) -> Iterator[FieldError]:
    """What is wrong with the application window. With `history` the posting is written down after the fact."""
    if closes_on is None:
        return
    if closes_on < opens_on:
        yield FieldError("/closes_on", "before_start", N_("May not lie before the first day."))
    elif closes_on < today and not history:
        yield FieldError("/closes_on", "deadline_past", N_("The deadline has passed already."))
