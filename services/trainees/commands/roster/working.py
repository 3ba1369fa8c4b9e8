"""What the worker does with rosters that wait: reads them, compares them, applies what was agreed to.

Whatever kills a worker, the sync is taken up by the next one when its lease is over: reading begins anew, and applying is
one transaction that happened or did not.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, delete, or_, select
from sqlmodel import col

from services.trainees.commands.roster.finishing import become, bring_in, forget_rows, preview, refuse
from services.trainees.commands.roster.foreseeing import Foreseen, foresee
from services.trainees.commands.roster.reading_apart import Begun, Reader, Started, read_apart
from services.trainees.commands.roster.receiving import UPLOAD
from services.trainees.commands.roster.recognising import Known, Recognising
from services.trainees.commands.roster.staging import Staging
from services.trainees.domain.roster.columns import Mapped
from services.trainees.domain.roster.lifecycle import StalePreview, SyncMode, SyncState
from services.trainees.domain.roster.refusals import BrokenRoster, broken
from services.trainees.domain.roster.rows import Refused, RosterRow
from services.trainees.queries.roster.comparing import Cohorts, compare
from services.trainees.queries.roster.matching_rows import any_named
from services.trainees.queries.roster.places import held_of
from services.trainees.queries.roster.recognised import clashing, fingerprints, known_fingerprints
from services.trainees.queries.roster.scopes import cohorts_of, mapped_by, profile_of
from services.trainees.queries.sealing import unseal_bytes
from services.trainees.tables import RosterProfile, RosterSync, RosterUpload, University, rows_of
from shared.auth.actor import Actor, Role
from shared.clock import now, today
from shared.crash import crash_point
from shared.db import Database, WriteSession
from shared.errors import FieldError
from shared.ids import new_id

log = structlog.get_logger()
LEASE: Final = timedelta(minutes=2)
MOST_ATTEMPTS: Final = 3
STORE_EVERY: Final = 5_000
STORE_RECOGNISED: Final = 10_000
_WAITING: Final = (SyncState.RECEIVED, SyncState.VALIDATING, SyncState.APPLYING)


class LeaseLost(Exception):
    """Another worker took the sync over: this one was thought dead."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A sync that this worker has to itself for the time of its lease."""

    sync_id: UUID
    worker: str
    state: SyncState


def work_on_rosters(database: Database, *, read: Reader = read_apart) -> bool:
    """Take up one sync that waits and bring it one state further. False when none waits. `read` takes files apart."""
    with database.read() as session:  # asked five times a second: whoever writes is not kept waiting for that
        waiting = session.scalars(select(col(RosterSync.id)).where(col(RosterSync.state).in_(_WAITING), _free()).limit(1)).first()
    taken = database.run(_take) if waiting is not None else None
    if taken is None:
        return False
    try:
        if taken.state is SyncState.APPLYING:
            _apply(database, taken)
        else:
            _validate(database, taken, read)
    except LeaseLost:
        log.warning("roster_lease_lost", sync=str(taken.sync_id))
    except Exception:
        _let_go(database, taken)
        raise
    return True


def _let_go(database: Database, taken: Taken) -> None:
    """Somebody may try again at once, not only when the lease is over."""
    with suppress(LeaseLost), _mine(database, taken) as (_, sync):
        sync.lease_until = sync.worker = None


def _free() -> ColumnElement[bool]:
    return or_(col(RosterSync.lease_until).is_(None), col(RosterSync.lease_until) < now())


def _take(session: WriteSession) -> Taken | None:
    statement = select(RosterSync).where(col(RosterSync.state).in_(_WAITING), _free()).order_by(col(RosterSync.created_at))
    sync = session.scalars(statement.limit(1).with_for_update(skip_locked=True)).first()
    if sync is None:
        return None
    sync.attempts += 1
    if sync.attempts > MOST_ATTEMPTS * (1 if sync.state is not SyncState.APPLYING else 2):
        # What stops every worker that touches it must not stop all work.
        refuse(session, sync, broken("unreadable_in_time"), state=SyncState.FAILED)
        return None
    sync.lease_until, sync.worker = now() + LEASE, str(new_id())
    if sync.state is SyncState.RECEIVED:
        become(sync, SyncState.VALIDATING, progress=1)
    return Taken(sync.id, sync.worker, sync.state)


@contextmanager
def _mine(database: Database, taken: Taken) -> Iterator[tuple[WriteSession, RosterSync]]:
    """A write transaction on the sync, as long as it is still this worker's."""
    with database.write() as session:
        sync = session.scalars(select(RosterSync).where(col(RosterSync.id) == taken.sync_id).with_for_update()).one()
        if sync.worker != taken.worker:
            raise LeaseLost
        sync.lease_until = now() + LEASE
        yield session, sync


def _validate(database: Database, taken: Taken, read: Reader) -> None:
    try:
        try:
            _stage(database, taken, read)
            crash_point("roster.staged")
            _preview(database, taken)
        except StalePreview:  # a row that was recognised says no more what is held: this time, all of them are read
            _stage(database, taken, read, recognise=False)
            _preview(database, taken)
    except BrokenRoster as error:
        problem = error
        with _mine(database, taken) as (session, sync):
            refuse(session, sync, problem)


@dataclass(frozen=True, slots=True)
class _File:
    """A roster as it was sent, and what has to be known to read it. `known` are the rows that need not be, None where all are."""

    content: bytes
    university_id: UUID
    cohorts: Cohorts
    mapped: Mapped
    organisation: str
    fingerprint: Callable[[bytes], bytes]
    known: Known | None


def _stage(database: Database, taken: Taken, read: Reader, *, recognise: bool = True) -> None:
    file = _opened(database, taken, recognise=recognise)
    while clashes := _read(database, taken, read, file):
        if file.known is not None:
            file.known.forget(clashes)


def _opened(database: Database, taken: Taken, *, recognise: bool) -> _File:
    with database.read() as session:
        sync = session.get_one(RosterSync, taken.sync_id)
        upload = session.get(RosterUpload, sync.id)
        if upload is None:
            raise broken("nothing_sent")
        cohorts = cohorts_of(session, sync)
        knowing = recognise and any_named(session, list(cohorts))
        return _File(
            unseal_bytes(session, upload.content, about=sync.id, field=UPLOAD),
            sync.university_id,
            cohorts,
            mapped_by(profile_of(session, sync.university_id)),
            session.get_one(University, sync.university_id).code,
            fingerprints(session, sync.university_id, cohorts.values()),
            Known(lambda: _known(database, sync, list(cohorts))) if knowing else None,
        )


def _known(database: Database, sync: RosterSync, cohort_ids: Sequence[UUID]) -> tuple[str, dict[bytes, bytes]]:
    with database.read() as session:
        held = held_of(session, sync, cohort_ids)
        return held.basis, known_fingerprints(session, sync.university_id, cohort_ids, rows=held.named)


def _read(database: Database, taken: Taken, read: Reader, file: _File) -> set[bytes]:
    """Read a file and store what it says. Rows that must not be recognised because of others: then nothing is finished."""
    staging = Staging(taken.sync_id, file.university_id, file.cohorts.values(), file.fingerprint)
    recognising = Recognising(file.fingerprint, file.known or Known(lambda: ("", {})))
    batch: list[RosterRow | Refused] = []
    said = {"today": today(), "mapped": file.mapped, "organisation": file.organisation}
    for message in read(file.content, **said, chosen=recognising.choose if file.known is not None else None):  # type: ignore[arg-type]
        if isinstance(message, Started):
            if file.known is not None:
                file.known.found()
            continue
        if isinstance(message, Begun):
            _begun(database, taken, message)
            continue
        batch += message
        if len(batch) >= STORE_EVERY or recognising.waiting >= STORE_RECOGNISED:
            with _stored(database, taken, staging, recognising, batch):
                batch = []
    with _stored(database, taken, staging, recognising, batch) as (session, sync):
        clashes = clashing(session, sync, rows=staging.rows) if recognising.count else set()
        if clashes or recognising.twice:
            return clashes | recognising.twice
        staging.finish(session, sync, recognised=recognising.count)
        sync.basis = file.known.basis if file.known is not None else None
    return set()


def _begun(database: Database, taken: Taken, begun: Begun) -> None:
    with _mine(database, taken) as (session, sync):
        forget_rows(session, sync.id)  # what an attempt that died has left
        sync.format = begun.format.value
        if begun.delta and sync.mode is SyncMode.FULL:
            raise broken("oneroster_mode")


@contextmanager
def _stored(
    database: Database, taken: Taken, staging: Staging, recognising: Recognising, batch: list[RosterRow | Refused]
) -> Iterator[tuple[WriteSession, RosterSync]]:
    """Store what was read and recognised since the last time; the transaction ends with the block."""
    with database.read() as session:  # for its keys: what costs time is done before the writer is held
        prepared = staging.prepared(session, batch)
    with _mine(database, taken) as (session, sync):
        staging.store(session, *prepared)
        recognising.store(session, taken.sync_id)
        sync.rows_read = staging.rows + recognising.count
        # How many rows are still to come nobody knows: the bar gets slower, and never stands still.
        sync.progress = max(sync.progress, 60 * sync.rows_read // (sync.rows_read + 10_000))
        sync.revision += 1
        yield session, sync
    crash_point("roster.stored")


def _preview(database: Database, taken: Taken) -> None:
    with database.read() as reading:
        sync = reading.get_one(RosterSync, taken.sync_id)
        cohorts, profile = cohorts_of(reading, sync), profile_of(reading, sync.university_id)
        comparison = compare(reading, sync, cohorts, profile)
    with _mine(database, taken) as (session, sync):
        preview(session, sync, comparison)
        sync.basis, sync.digest = comparison.basis, comparison.digest()
        become(sync, SyncState.PREVIEWED, progress=70)
        session.execute(delete(rows_of(RosterUpload)).where(rows_of(RosterUpload).c.sync_id == sync.id))
        sync.lease_until = sync.worker = None
        sync.attempts = 0


def _apply(database: Database, taken: Taken) -> None:
    try:
        foreseen = foresee(database, taken.sync_id)
        with _mine(database, taken) as (session, sync):
            _bring_in(session, sync, foreseen)
    except (StalePreview, BrokenRoster) as error:
        problem = error if isinstance(error, BrokenRoster) else BrokenRoster(FieldError("", error.code, error.detail))
        with _mine(database, taken) as (session, sync):
            refuse(session, sync, problem)


def _bring_in(session: WriteSession, sync: RosterSync, foreseen: Foreseen | None) -> None:
    cohorts: Cohorts = cohorts_of(session, sync, lock=True)
    profile: RosterProfile = profile_of(session, sync.university_id)
    by = Actor(sync.committed_by or sync.actor, frozenset({Role.UNIVERSITY}))
    bring_in(session, sync, cohorts, profile, by=by, foreseen=foreseen)
    crash_point("roster.applied")
