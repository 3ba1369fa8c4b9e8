"""What an indicator is: a definition with a version that a program manager can read and a database can answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.reporting.domain.values import Unit
from services.reporting.indicators.dimensions import AGE_BAND, COMPANY_REGION, GENDER
from services.reporting.indicators.spans import Rows
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
