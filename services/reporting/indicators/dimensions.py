"""By what figures can be narrowed and broken down. Every dimension is declared here and nowhere else."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CTE, select

from services.reporting.indicators.timeline import COHORT_ORDINAL, Scope, cohorts, company_regions, has_come
from services.reporting.tables import TRAIT

UNKNOWN: Final = "unknown"
COMPANY_REGION: Final = "company_region"
AGE_BAND: Final = "age_band"
GENDER: Final = "gender"


@dataclass(frozen=True, slots=True)
class Dimension:
    """What it is called in questions, and what its members are. Every dimension has one more member: that it is not known.

    `found` adds it to the rows of a definition that do not have it themselves. `personal` is one that says something about
    persons rather than about where they were.
    """

    name: str
    member: type[str] | type[int] | type[UUID]
    description: str
    found: Callable[[Scope, CTE], CTE] | None = None
    personal: bool = False

    def read(self, text: str | None) -> Any:
        """A member as it was written. Raises ValueError."""
        return None if text is None or text == UNKNOWN else self.member(text)


def _ordinals(scope: Scope, rows: CTE) -> CTE:
    cohort = cohorts(scope)
    joined = rows.outerjoin(cohort, cohort.c.cohort_id == rows.c.cohort_id)
    return select(rows, cohort.c.ordinal.label(COHORT_ORDINAL)).select_from(joined).cte()


def _company_regions(scope: Scope, rows: CTE) -> CTE:
    company = company_regions(scope)
    joined = rows.outerjoin(company, company.c.company_id == rows.c.company_id)
    return select(rows, company.c.region.label(COMPANY_REGION)).select_from(joined).cte()


def _traits(name: str) -> Callable[[Scope, CTE], CTE]:
    """Of who is in the enrolment that a row is about, whether itself or through a placement."""

    def found(scope: Scope, rows: CTE) -> CTE:
        thing, enrolment = TRAIT.alias(), TRAIT.alias()
        joined = rows.outerjoin(thing, (thing.c.id == rows.c.item) & has_come(scope, thing))
        joined = joined.outerjoin(enrolment, (enrolment.c.id == thing.c.enrolment_id) & has_come(scope, enrolment))
        return select(rows, enrolment.c[name].label(name)).select_from(joined).cte()

    return found


DIMENSIONS: Final[Mapping[str, Dimension]] = MappingProxyType(
    {
        each.name: each
        for each in (
            Dimension("field", str, "the industry field: of the training for enrolments, of the job for seats"),
            Dimension("program_id", UUID, "the program"),
            Dimension("cohort_id", UUID, "the cohort"),
            Dimension(COHORT_ORDINAL, int, "the first cohorts of all programs, the second ones, ...", _ordinals),
            Dimension("university_id", UUID, "the university"),
            Dimension("company_id", UUID, "the company"),
            Dimension(COMPANY_REGION, str, "the region that the company is in: a code such as 27", _company_regions),
            Dimension(AGE_BAND, str, "under_25, 25_29, 30_34, 35_and_over: on the day of application", _traits(AGE_BAND), True),
            Dimension(GENDER, str, "as the university gave it", _traits(GENDER), True),
        )
    }
)


def with_dimensions(scope: Scope, rows: CTE, wanted: set[str]) -> CTE:
    """The rows with those dimensions of `wanted` that a definition does not bring itself."""
    for name, dimension in DIMENSIONS.items():
        if name in wanted and dimension.found is not None and name not in rows.c:
            rows = dimension.found(scope, rows)
    return rows


def personal(names: Iterable[str]) -> list[str]:
    """Those of these dimensions that say something about persons."""
    return [name for name in names if name in DIMENSIONS and DIMENSIONS[name].personal]
