"""The scorecard of a university, from its syncs and from what people corrected."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.trainees.domain.roster.lifecycle import BROUGHT_IN, SyncMode, SyncState
from services.trainees.domain.roster.scoring import punctuality, share
from services.trainees.queries.roster.scopes import profile_of
from services.trainees.tables import Enrolment, PersonCorrection, RosterEntry, RosterSync
from shared.clock import SEOUL, seoul_day, today
from shared.db import ReadSession


@dataclass(frozen=True, slots=True)
class Scorecard:
    """`since` is the day from which rosters were due: the first one's, within the days asked about."""

    university_id: UUID
    since: date
    until: date
    syncs: int
    refused: int
    undone: int
    on_time: int
    late: int
    missing: int
    rows: int
    rejected: int
    error_rate: float | None
    corrections: int
    named: int
    correction_rate: float | None
    conflicting: int


def scorecard(session: ReadSession, university_id: UUID, *, days: int) -> Scorecard:
    """How a university did in the last `days` days, today not counted in what was due."""
    until = today()
    start = until - timedelta(days=days)
    syncs = _syncs(session, university_id, start)
    counted = [sync for sync in syncs if sync.mode is not SyncMode.ROWS and not sync.dry_run]
    good = [sync for sync in counted if sync.state in BROUGHT_IN]
    since = max(start, min((seoul_day(sync.created_at) for sync in good), default=until))
    profile = profile_of(session, university_id)
    came = punctuality(
        [sync.created_at for sync in good], since=since, until=until, every_days=profile.due_every_days, due_hour=profile.due_hour
    )
    rows = sum(sync.rows_read for sync in syncs if sync.state in BROUGHT_IN)
    rejected = sum(sync.rejected for sync in syncs if sync.state in BROUGHT_IN)
    named, corrections = _named(session, university_id), _corrections(session, university_id, start)
    return Scorecard(
        university_id=university_id,
        since=since,
        until=until,
        syncs=len(good),
        refused=sum(sync.state in {SyncState.REJECTED, SyncState.FAILED} for sync in counted),
        undone=sum(sync.state is SyncState.UNDONE for sync in counted),
        on_time=came.on_time,
        late=came.late,
        missing=came.missing,
        rows=rows,
        rejected=rejected,
        error_rate=share(rejected, rows),
        corrections=corrections,
        named=named,
        correction_rate=share(corrections, named),
        conflicting=sum(sync.conflicting for sync in syncs if sync.state in BROUGHT_IN),
    )


def _syncs(session: ReadSession, university_id: UUID, start: date) -> list[RosterSync]:
    moment = datetime(start.year, start.month, start.day, tzinfo=SEOUL)
    statement = select(RosterSync).where(col(RosterSync.university_id) == university_id, col(RosterSync.created_at) >= moment)
    return list(session.scalars(statement))


def _named(session: ReadSession, university_id: UUID) -> int:
    statement = (
        select(func.count())
        .select_from(RosterEntry)
        .join(Enrolment, col(Enrolment.id) == RosterEntry.enrolment_id)
        .where(col(Enrolment.university_id) == university_id, col(RosterEntry.present))
    )
    return session.scalar(statement) or 0


def _corrections(session: ReadSession, university_id: UUID, start: date) -> int:
    moment = datetime(start.year, start.month, start.day, tzinfo=SEOUL)
    persons = select(col(Enrolment.person_id)).where(col(Enrolment.university_id) == university_id)
    corrected = col(PersonCorrection.corrected_at) >= moment
    statement = select(func.count()).select_from(PersonCorrection).where(corrected, col(PersonCorrection.person_id).in_(persons))
    return session.scalar(statement) or 0
