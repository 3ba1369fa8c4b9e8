"""Indicators: what they mean and what they say."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime

from services.reporting.indicators import current
from services.reporting.queries.entitlement import narrowed
from services.reporting.queries.values import find_indicator, question, value_of
from services.reporting.schemas import IndicatorPublic, ValuePublic
from shared.auth.actor import Actor
from shared.auth.policy import SIGNED_IN
from shared.db import ReadSession
from shared.http import Listing, Rows, ServiceRouter

router: Final = ServiceRouter(prefix="/api/v1/indicators", tags=["indicators"])

AsOf = Annotated[date | None, Query(description="the Seoul day that it is about; today when left out, never ahead")]
KnownAt = Annotated[AwareDatetime | None, Query(description="count only facts recorded by then; now when left out, never ahead")]


@router.get("", policy=SIGNED_IN, response_model=Listing[IndicatorPublic])
def list_indicators() -> Rows[IndicatorPublic]:
    """Every indicator in its newest version."""
    return Rows([IndicatorPublic.of(indicator) for indicator in current().values()])


@router.get("/{indicator_id}", policy=SIGNED_IN, response_model=IndicatorPublic)
def read_indicator(indicator_id: str) -> IndicatorPublic:
    """What an indicator counts and how."""
    return IndicatorPublic.of(find_indicator(indicator_id))


@router.get("/{indicator_id}/value", policy=SIGNED_IN, response_model=ValuePublic)
def read_value(
    indicator_id: str,
    session: ReadSession,
    actor: Actor,
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    field: Annotated[str | None, Query(max_length=40)] = None,
    program_id: UUID | None = None,
    cohort_id: UUID | None = None,
    cohort_ordinal: Annotated[int | None, Query(ge=1, le=1000)] = None,
    university_id: UUID | None = None,
    company_id: UUID | None = None,
) -> ValuePublic:
    """The value on a date, as known at a moment, with its passport. Asked again it is the same.

    422 with those that are allowed for a dimension that the indicator does not have.
    """
    indicator = find_indicator(indicator_id)
    given = {
        "field": field,
        "program_id": program_id,
        "cohort_id": cohort_id,
        "cohort_ordinal": cohort_ordinal,
        "university_id": university_id,
        "company_id": company_id,
    }
    asked = {name: value for name, value in given.items() if value is not None}
    only = narrowed(session, actor, indicator, asked)
    return ValuePublic.of(value_of(session, indicator, question(session, as_of=as_of, known_at=known_at, only=only)))
