"""What a sync is about: its cohorts, how its university's files are read, and who else is at work on the same."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.domain.roster.columns import Mapped, plain_name
from services.trainees.domain.roster.lifecycle import BROUGHT_IN, RUNNING, SyncState
from services.trainees.tables import Cohort, RosterProfile, RosterScope, RosterSync
from shared.db import ReadSession


def profile_of(session: ReadSession, university_id: UUID) -> RosterProfile:
    """How a university's rosters are read; what applies to everybody where it said nothing."""
    return session.get(RosterProfile, university_id) or RosterProfile(university_id=university_id, version=0)


def mapped_by(profile: RosterProfile) -> Mapped:
    """The profile as the reader takes it."""
    return Mapped({plain_name(name): column for name, column in profile.names.items()}, profile.number_width)


def cohorts_of(session: ReadSession, sync: RosterSync, *, lock: bool = False) -> dict[UUID, Cohort]:
    """The cohorts that a sync is about, in the order of their ids; with `lock`, nobody else brings anything in meanwhile."""
    statement = (
        select(Cohort).join(RosterScope, col(RosterScope.cohort_id) == Cohort.id).where(col(RosterScope.sync_id) == sync.id)
    ).order_by(col(Cohort.id))
    if lock:
        statement = statement.with_for_update(of=Cohort, key_share=True).execution_options(populate_existing=True)
    return {cohort.id: cohort for cohort in session.scalars(statement)}


def running(session: ReadSession, cohort_ids: Sequence[UUID]) -> RosterSync | None:
    """A sync of any of these cohorts that is on its way."""
    return next(iter(_of_cohorts(session, cohort_ids, RUNNING)), None)


def brought_in_after(session: ReadSession, sync: RosterSync, cohort_ids: Sequence[UUID]) -> bool:
    """Whether a later sync of any of these cohorts was brought in."""
    found = _of_cohorts(session, cohort_ids, BROUGHT_IN)
    mine = sync.finished_at or sync.created_at
    return any(each.id != sync.id and (each.finished_at or each.created_at) > mine for each in found)


def _of_cohorts(session: ReadSession, cohort_ids: Sequence[UUID], states: Iterable[SyncState]) -> Sequence[RosterSync]:
    chosen = select(RosterScope.sync_id).where(col(RosterScope.cohort_id).in_(cohort_ids))  # type: ignore[call-overload]
    statement = select(RosterSync).where(col(RosterSync.id).in_(chosen), col(RosterSync.state).in_(sorted(states)))
    return session.scalars(statement).all()
