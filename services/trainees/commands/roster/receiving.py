"""Receives rosters: a handful of rows answered at once, everything else kept for the worker to read."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.commands.roster.finishing import become, bring_in, clear, preview
from services.trainees.commands.roster.staging import Staging
from services.trainees.domain.roster.lifecycle import SyncMode, SyncRunning, SyncState
from services.trainees.domain.roster.reading import read_roster
from services.trainees.domain.roster.refusals import broken
from services.trainees.queries.roster.comparing import compare
from services.trainees.queries.roster.scopes import mapped_by, profile_of, running
from services.trainees.queries.scope import visible
from services.trainees.queries.sealing import seal_bytes
from services.trainees.tables import Cohort, RosterScope, RosterSync, RosterUpload, University
from shared.auth.actor import Actor
from shared.clock import today
from shared.db import WriteSession
from shared.errors import N_, NotFound

MOST_AT_ONCE: Final = 2_000
MOST_BYTES_AT_ONCE: Final = 2 * 1024 * 1024  # read in the process that answers everybody else, too
UPLOAD: Final = "upload"


def sync_rows(
    session: WriteSession, university_id: UUID, cohort_ids: Sequence[UUID], content: bytes, *, by: Actor, dry_run: bool = False
) -> RosterSync:
    """Bring a handful of rows in, or with `dry_run` only say what that would do; the answer has every row's fate.

    A row begins an enrolment, changes the person's data, brings somebody back, changes nothing, or is rejected. Raises
    NotFound, SyncRunning, and BrokenRoster for a file that cannot be used at all.
    """
    if len(content) > MOST_BYTES_AT_ONCE:
        raise broken("too_large_for_rows", most=MOST_BYTES_AT_ONCE // 1024**2)
    sync, cohorts = _received(session, university_id, cohort_ids, SyncMode.ROWS, by=by, dry_run=dry_run)
    profile = profile_of(session, university_id)
    reading = read_roster(content, today=today(), mapped=mapped_by(profile), simple=True)
    sync.format = reading.format.value
    staging = Staging(sync.id, university_id, cohorts.values())
    rows = []
    for row in reading.rows:
        rows.append(row)
        if len(rows) > MOST_AT_ONCE:
            raise broken("too_many_for_rows", most=MOST_AT_ONCE)
    staging.store(session, *staging.prepared(session, rows))
    staging.finish(session, sync)
    if not dry_run:
        bring_in(session, sync, cohorts, profile, by=by)
        return sync
    comparison = compare(session, sync, cohorts, profile)
    preview(session, sync, comparison)
    become(sync, SyncState.PREVIEWED, progress=100)
    clear(session, sync)
    return sync


def receive(
    session: WriteSession,
    university_id: UUID,
    cohort_ids: Sequence[UUID],
    content: bytes,
    *,
    mode: SyncMode,
    by: Actor,
    dry_run: bool = False,
) -> RosterSync:
    """Keep a file, sealed, until the worker has read it. Raises NotFound, SyncRunning."""
    sync, _ = _received(session, university_id, cohort_ids, mode, by=by, dry_run=dry_run)
    session.add(RosterUpload(sync_id=sync.id, content=seal_bytes(session, content, about=sync.id, field=UPLOAD)))
    return sync


def _received(
    session: WriteSession, university_id: UUID, cohort_ids: Sequence[UUID], mode: SyncMode, *, by: Actor, dry_run: bool
) -> tuple[RosterSync, dict[UUID, Cohort]]:
    visible(session, University, university_id, actor=by)
    # In the order of their ids, always: two syncs of the same cohorts wait for each other instead of locking each other out.
    wanted = sorted(set(cohort_ids))
    statement = select(Cohort).where(col(Cohort.id).in_(wanted), col(Cohort.university_id) == university_id)
    locked = statement.order_by(col(Cohort.id)).with_for_update(key_share=True).execution_options(populate_existing=True)
    cohorts = {cohort.id: cohort for cohort in session.scalars(locked)}
    if len(cohorts) < len(wanted):
        raise NotFound(N_("cohort"))
    other = running(session, wanted)
    if other is not None:
        raise SyncRunning(headers={"Link": f'</api/v1/roster-syncs/{other.id}>; rel="related"'})
    sync = RosterSync(
        university_id=university_id, cohort_id=wanted[0], mode=mode, state=SyncState.RECEIVED, actor=by.subject, dry_run=dry_run
    )
    session.add(sync)
    session.flush()
    session.add_all([RosterScope(sync_id=sync.id, cohort_id=cohort_id) for cohort_id in wanted])
    session.flush()
    return sync, cohorts
