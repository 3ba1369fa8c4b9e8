"""Where people work, and in what: in the region, and in the field that they were trained for."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import case, or_

from services.reporting.domain.values import Unit
from services.reporting.indicators.definition import OF_PLACEMENTS, Indicator, RollUp, Text
from services.reporting.indicators.spans import Column, Part, Rows, spans
from services.reporting.indicators.timeline import Scope, work
from services.reporting.indicators.windows import EMPLOYMENT

_GROUPS: Final = ("field", "program_id", "cohort_id", "university_id", "company_id")


def _of_those_employed(scope: Scope, success: str) -> Rows:
    placement = work(scope, "person_id", "position_kind", "region", "field_of_training", *_GROUPS)
    job = select_employment(placement)
    works = job.c.grade.is_not(None)
    unsaid, yes = _settled(job, scope.home) if success == "local" else _in_field(job)
    part = case((~works, Part.BEGUN), (unsaid, Part.UNKNOWN), (yes, Part.NUMERATOR), else_=Part.OTHER)
    return spans(job, *_GROUPS, counted=job.c.person_id, part=part, grade=job.c.grade)


def select_employment(placement: Any) -> Any:
    """The placements that are employment, and not internships."""
    return placement.select().where(placement.c.position_kind.in_(EMPLOYMENT)).cte()


def _settled(job: Any, home: Sequence[str]) -> tuple[Column, Column]:
    region = job.c.region
    return region.is_(None), or_(*[region.startswith(code, autoescape=True) for code in home])


def _in_field(job: Any) -> tuple[Column, Column]:
    return job.c.field.is_(None) | job.c.field_of_training.is_(None), job.c.field == job.c.field_of_training


def _local(scope: Scope) -> Rows:
    return _of_those_employed(scope, "local")


def _field(scope: Scope) -> Rows:
    return _of_those_employed(scope, "field")


_SHARED: Final[dict[str, Any]] = {
    "version": 1,
    "denominator": Text("기준일에 재직 중인 사람", "persons employed on the date"),
    "unit": Unit.PERCENT,
    "counted": Text("사람", "persons"),
    "roll_up": RollUp.RECOUNT,
    "dimensions": OF_PLACEMENTS,
    "sources": ("matching.placement",),
    "decimals": 1,
    "grades": (1, 2, 3, 4),
}
INDICATORS: Final = (
    Indicator(
        id="local_settlement_rate",
        name=Text("지역 정착률", "Local settlement rate"),
        formula=Text(
            "근무지가 사업 지역(home_regions, 기본은 대구·경북)인 재직자 ÷ 재직자. 정규직과 기간제만. "
            "거주지가 아니라 근무지 기준이며, 근무지를 모르면 미상",
            "persons employed at a workplace in the home regions (home_regions: Daegu and Gyeongbuk unless set otherwise) "
            "÷ persons employed; permanent and fixed-term; by workplace, which is not where they live",
        ),
        numerator=Text("근무지가 사업 지역인 재직자", "persons whose workplace is in the home regions"),
        spans=_local,
        of_home=True,
        **_SHARED,
    ),
    Indicator(
        id="in_field_rate",
        name=Text("분야 취업률", "In-field rate"),
        formula=Text(
            "교육받은 분야의 자리에 재직하는 사람 ÷ 재직자. 정규직과 기간제만",
            "persons employed in the field of their training ÷ persons employed; permanent and fixed-term",
        ),
        numerator=Text("교육 분야에 재직하는 사람", "persons employed in the field of their training"),
        spans=_field,
        **_SHARED,
    ),
)
