"""What an indicator is: a definition with a version that a program manager can read and a database can answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from services.reporting.domain.durations import Quartiles
from services.reporting.domain.values import Counts, Reading, State, Unit, known_share, read
from services.reporting.indicators.dimensions import AGE_BAND, COMPANY_REGION, GENDER
from services.reporting.indicators.spans import Column, Rows
from services.reporting.indicators.timeline import COHORT_ORDINAL, Scope

OF_COHORTS = ("field", "program_id", "cohort_id", COHORT_ORDINAL, "university_id")
OF_ENROLMENTS = (*OF_COHORTS, AGE_BAND, GENDER)
OF_SEATS = ("field", "company_id", COMPANY_REGION)
OF_PLACEMENTS = (*OF_ENROLMENTS, "company_id", COMPANY_REGION)


@dataclass(frozen=True, slots=True)
class Text:
    """The same in Korean and in English."""

    ko: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.ko if language == "ko" else self.en


HUSTAR: Final = Text("휴스타 사업 정의", "definition of the HuStar programme")
ON_THE_DATE: Final = Text("기준일 현재", "as it stands on the date")
AT_ONCE: Final = Text("바로 계산할 수 있음", "can be computed at once")


class RollUp(StrEnum):
    """How parts make a whole: counts add, rates are sum over sum and never a mean, unique things are counted again."""

    ADD = "add"
    POOL = "pool"
    RECOUNT = "recount"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One version of one indicator.

    `counted` is the thing counted; `sources` are the aggregates whose events it rests on; `dimensions` are what it may be
    narrowed to and broken down by. `spans` classifies: see services.reporting.indicators.spans. `exclusions` are the reasons
    that it names; `repeated` is the one for further items of a thing that counts once. `grades` are those of its evidence.

    `standard` says who defines it so. `window` is the time that is looked at, and `maturity` when a value can be computed.
    `minimum_grade` is the weakest evidence that counts, `of_known` whether it is a share of what is known only. `notes` are
    reasons that no exclusion is named by. `details` are columns that its numerator is shown by. `observed`: people enter it.
    `due` is the day on which it matures for who leaves training on a day. `bound_by`: the column of what counts as one, so
    that a thing may count for something else because of another one with the same. `of_home`: it depends on which regions the
    installation is for.
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
    spans: Callable[[Scope], Rows]
    decimals: int = 0
    exclusions: Mapping[str, Text] = field(default_factory=dict)
    repeated: str | None = None
    grades: tuple[int, ...] = ()
    standard: Text = HUSTAR
    window: Text = ON_THE_DATE
    maturity: Text = AT_ONCE
    minimum_grade: int = 1
    of_known: bool = False
    notes: Mapping[str, Text] = field(default_factory=dict)
    details: tuple[str, ...] = ()
    observed: bool = False
    due: Callable[[Column], Column] | None = None
    bound_by: str | None = None
    of_home: bool = False

    def read(self, counts: Counts, quartiles: Quartiles | None = None) -> Reading:
        """What the counts say, as this definition reads them. What is given in days is read from its quartiles."""
        if self.observed:
            return Reading(State.NOT_SURVEYED)
        if quartiles is not None and quartiles.median is not None:
            return Reading(State.OK, quartiles.median, quartiles.soonest, quartiles.latest)
        return read(counts, unit=self.unit, decimals=self.decimals, of_known=self.of_known)

    def known_share(self, counts: Counts) -> float | None:
        """Per cent of a rate's denominator whose outcome is known; None for what is no rate."""
        return known_share(counts, of_known=self.of_known) if self.unit is Unit.PERCENT else None

    def reason(self, code: str) -> Text | None:
        """What a reason is called."""
        return self.exclusions.get(code) or self.notes.get(code)
