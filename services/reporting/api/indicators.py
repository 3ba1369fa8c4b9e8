"""Indicators: what they mean and what they say."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Final

from fastapi import Query
from pydantic import AwareDatetime

from services.reporting.api.dimensions import Asked, by_dimensions
from services.reporting.indicators import current
from services.reporting.indicators.spans import Part
from services.reporting.queries.behind import behind
from services.reporting.queries.entitlement import SEES_EVERYTHING, SEES_WHO, narrowed
from services.reporting.queries.explain import explain
from services.reporting.queries.series import series_of
from services.reporting.queries.values import find_indicator, question, value_of
from services.reporting.schemas import BehindPublic, ExplanationPublic, IndicatorPublic, SeriesPublic, ValuePublic
from shared.auth.actor import Actor
from shared.auth.policy import SIGNED_IN, allow
from shared.clock import end_of
from shared.db import ReadSession
from shared.http import Listing, Page, Rows, ServiceRouter

router: Final = ServiceRouter(prefix="/api/v1/indicators", tags=["indicators"])

AsOf = Annotated[date | None, Query(description="the Seoul day that it is about; today when left out, never ahead")]
Version = Annotated[int | None, Query(ge=1, le=100, description="of the definition; the newest when left out")]
Grade = Annotated[int | None, Query(ge=1, le=4, description="the weakest evidence of an employment that is to count")]
By = Annotated[list[str], Query(min_length=1, max_length=4, description="dimensions; and month, quarter, year or academic_year")]
KnownAt = Annotated[AwareDatetime | None, Query(description="count only facts recorded by then; now when left out, never ahead")]


@router.get("", policy=SIGNED_IN, response_model=Listing[IndicatorPublic])
def list_indicators() -> Rows[IndicatorPublic]:
    """Every indicator in its newest version."""
    return Rows([IndicatorPublic.of(indicator) for indicator in current().values()])


@router.get("/{indicator_id}", policy=SIGNED_IN, response_model=IndicatorPublic)
def read_indicator(indicator_id: str, version: Version = None) -> IndicatorPublic:
    """What an indicator counts and how."""
    return IndicatorPublic.of(find_indicator(indicator_id, version=version))


@router.get("/{indicator_id}/value", policy=SIGNED_IN, response_model=ValuePublic)
@by_dimensions
def read_value(
    indicator_id: str,
    session: ReadSession,
    actor: Actor,
    *,
    asked: Asked,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    version: Version = None,
    minimum_grade: Grade = None,
) -> ValuePublic:
    """The value on a date, as known at a moment, with its passport. Asked again it is the same.

    422 with those that are allowed for a dimension that the indicator does not have.
    """
    indicator = find_indicator(indicator_id, version=version)
    only, staff = narrowed(session, actor, indicator, asked), actor.has(*SEES_WHO)
    scope = question(session, as_of=as_of, known_at=known_at, only=only, staff=staff, minimum_grade=minimum_grade)
    value = value_of(session, indicator, scope)
    # How few left for which reason is for the program's own staff.
    return ValuePublic.of(value if staff else replace(value, details={}))


@router.get("/{indicator_id}/series", policy=SIGNED_IN, response_model=SeriesPublic)
@by_dimensions
def read_series(
    indicator_id: str,
    session: ReadSession,
    actor: Actor,
    *,
    asked: Asked,
    by: By,
    starts_on: Annotated[date | None, Query(description="in the first period; a year before the as-of date unless given")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    version: Version = None,
    minimum_grade: Grade = None,
) -> SeriesPublic:
    """The values by dimensions and, if wanted, by period: each as it was on the last day of its period.

    A dimension's member that is not known is null; what nothing was counted for in a period is there, and says so.
    """
    indicator = find_indicator(indicator_id, version=version)
    only, staff = narrowed(session, actor, indicator, asked), actor.has(*SEES_WHO)
    scope = question(session, as_of=as_of, known_at=known_at, only=only, staff=staff, minimum_grade=minimum_grade)
    return SeriesPublic.of(series_of(session, indicator, scope, by=by, starts_on=starts_on))


@router.get("/{indicator_id}/facts", policy=allow(*SEES_WHO), response_model=Listing[BehindPublic])
@by_dimensions
def list_facts(
    indicator_id: str,
    session: ReadSession,
    page: Page,
    *,
    asked: Asked,
    part: Annotated[Part | None, Query(description="only what counts for this")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    version: Version = None,
    minimum_grade: Grade = None,
) -> Rows[BehindPublic]:
    """What is behind a number: every thing that was looked at, what it counts for, and the facts that say so."""
    indicator = find_indicator(indicator_id, version=version)
    scope = question(session, as_of=as_of, known_at=known_at, only=asked, staff=True, minimum_grade=minimum_grade)
    found = behind(session, indicator, scope, page, part=part)
    return Rows([BehindPublic.of(each) for each in found.items], found.next, found.total)


@router.get("/{indicator_id}/explain", policy=allow(*SEES_EVERYTHING), response_model=ExplanationPublic)
@by_dimensions
def explain_value(
    indicator_id: str,
    session: ReadSession,
    actor: Actor,
    *,
    asked: Asked,
    from_as_of: Annotated[date, Query(description="the earlier day")],
    from_known_at: KnownAt = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    version: Version = None,
    minimum_grade: Grade = None,
) -> ExplanationPublic:
    """Why the number moved from one day and moment to another: which things entered, left, or count for something else.

    First what became known later of the earlier day, then what happened since. The steps add up. `from_known_at` is the
    end of the earlier day in Seoul unless given.
    """
    indicator = find_indicator(indicator_id, version=version)
    staff = actor.has(*SEES_WHO)
    after = question(session, as_of=as_of, known_at=known_at, only=asked, staff=staff, minimum_grade=minimum_grade)
    earlier = from_known_at or min(end_of(from_as_of), after.known_at)
    before = question(session, as_of=from_as_of, known_at=earlier, only=asked, staff=staff, minimum_grade=minimum_grade)
    found = explain(session, indicator, before, after, name_things=staff)
    return ExplanationPublic.of(found)
