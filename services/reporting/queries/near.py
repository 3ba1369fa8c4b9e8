"""Narrows a question to the facts of one thing, where a whole table of them would have to be read otherwise."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy import Integer, exists, literal, literal_column, select

from services.reporting.domain.stages import ENROLMENT
from services.reporting.indicators import Scope
from services.reporting.indicators.timeline import Portion
from services.reporting.queries.affected import affected, one_of, with_identities
from services.reporting.queries.rolled import FEW, events_taken_in, is_behind
from services.reporting.tables import FACT, LINK, ROLLED
from shared.db import ReadSession

_LINKS: Final = ""
EVERY_ARRIVAL: Final = 2**31 - 1


def enrolments_of(session: ReadSession, generation: int, cohort_id: UUID) -> list[UUID]:
    """The enrolments of a cohort, by its index: the first fact of each names it."""
    # What the index holds has to be said literally, or SQLite does not take it.
    first = (FACT.c.version == literal_column("1"), FACT.c.step == literal_column("0"))
    statement = select(FACT.c.aggregate_id).where(
        FACT.c.generation == generation, FACT.c.cohort_id == cohort_id, FACT.c.aggregate == ENROLMENT, *first
    )
    return list(session.scalars(statement))


def things_near_cohort(session: ReadSession, scope: Scope, cohort_id: UUID) -> list[UUID] | None:
    """Everything that hangs together with the cohort's enrolments; None where all facts have to be read."""
    if not _can_be_narrowed(session, scope):
        return None
    return affected(session, scope.generation, {ENROLMENT: set(enrolments_of(session, scope.generation, cohort_id))}).ids


def near_company(session: ReadSession, scope: Scope, company_id: UUID) -> Scope:
    """The same question, answered from what hangs together with a company's seats and placements. The answer is the same."""
    if not _can_be_narrowed(session, scope):
        return scope
    # What happened to a company that was merged into this one counts for this one.
    companies = one_of(session, with_identities(session, scope.generation, {company_id}))
    linked = select(LINK.c.aggregate, LINK.c.aggregate_id).where(LINK.c.generation == scope.generation, companies(LINK.c.id))
    things: dict[str, set[UUID]] = {}
    for aggregate, id_ in session.execute(linked):
        things.setdefault(aggregate, set()).add(id_)
    return _among(session, scope, affected(session, scope.generation, things).ids)


def _can_be_narrowed(session: ReadSession, scope: Scope) -> bool:
    """Where links are kept and hold everything. In a small installation all facts are read as fast.

    Links are of all times: what hangs together with a thing holds what did at any moment before. Sums may be behind by
    what arrived just now, and say so; what was known earlier is complete or not narrowed.
    """
    kept = select(exists().where(ROLLED.c.generation == scope.generation, ROLLED.c.indicator == _LINKS))
    if not session.execute(kept).scalar_one():
        return False
    if is_behind(session, scope.generation):
        return scope.newest and events_taken_in(session, scope.generation) > FEW
    return True


def _among(session: ReadSession, scope: Scope, things: Iterable[UUID]) -> Scope:
    through = literal(EVERY_ARRIVAL, Integer) if scope.newest else None
    return replace(scope, portion=Portion(through, one_of(session, things)))


def near(session: ReadSession, scope: Scope) -> Scope:
    """The question narrowed to what is near the cohort or the company that it is about, if it is about one."""
    cohort_id, company_id = scope.only.get("cohort_id"), scope.only.get("company_id")
    if isinstance(company_id, UUID):
        return near_company(session, scope, company_id)
    things = things_near_cohort(session, scope, cohort_id) if isinstance(cohort_id, UUID) else None
    return scope if things is None else _among(session, scope, things)
