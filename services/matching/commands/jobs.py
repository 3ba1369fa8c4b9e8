"""Jobs: left by a request, leased by a worker, stored piece by piece so that whoever dies repeats nothing.

Every piece is one transaction that first makes sure that the job is still this worker's: what it did and how far it got are
stored together, or neither.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, delete, or_, select
from sqlmodel import col

from services.matching.domain.jobs import UNFINISHED, JobKind, JobState
from services.matching.tables import Job, OutcomeFile
from shared.auth.actor import Actor, Role
from shared.clock import now
from shared.db import Database, WriteSession
from shared.errors import Refused

log = structlog.get_logger()
LEASE: Final = timedelta(minutes=5)
MOST_ATTEMPTS: Final = 3
KEPT: Final = timedelta(days=30)


class LeaseLost(Exception):
    """Another worker took the job over, or it is gone: this one was thought dead."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A job that this worker has to itself until the lease ends."""

    id: UUID
    token: int
    kind: JobKind
    round_id: UUID | None
    file_id: UUID | None
    actor: Actor
    asked: Mapping[str, Any]
    content: bytes


Work = Callable[[Database, Leased], None]


def queue_job(
    session: WriteSession,
    kind: JobKind,
    *,
    round_id: UUID | None = None,
    file_id: UUID | None = None,
    asked: Mapping[str, Any] | None = None,
    content: bytes | None = None,
    by: Actor,
) -> Job:
    """Leave a job to the workers. What was asked for already and waits still is not asked for twice."""
    known = select(Job).where(
        col(Job.kind) == kind, col(Job.round_id) == round_id, col(Job.file_id) == file_id, col(Job.state).in_(UNFINISHED)
    )
    for job in session.scalars(known):
        if job.asked == dict(asked or {}):
            return job
    actor = {"subject": by.subject, "roles": sorted(by.roles), "organisation": by.organisation}
    job = Job(kind=kind, round_id=round_id, file_id=file_id, asked=dict(asked or {}), content=content, actor=actor)
    session.add(job)
    session.flush()
    return job


def run_next_job(database: Database, works: Mapping[JobKind, Work]) -> bool:
    """Take up the next job that waits, and say whether there was one."""
    with database.read() as session:  # asked five times a second: whoever writes is not kept waiting for that
        waiting = session.scalars(select(col(Job.id)).where(col(Job.state).in_(UNFINISHED), _free()).limit(1)).first()
    leased = database.run(_lease) if waiting is not None else None
    if leased is None:
        return waiting is not None
    try:
        works[leased.kind](database, leased)
    except LeaseLost:
        log.warning("job_lease_lost", job=str(leased.id))
    except Refused as refusal:
        _fail(database, leased, refusal.code)
    return True


@contextmanager
def mine(database: Database, leased: Leased) -> Iterator[tuple[WriteSession, Job]]:
    """A transaction for one piece of the work. Raises LeaseLost."""
    with database.write() as session:
        job = session.scalars(select(Job).where(col(Job.id) == leased.id).with_for_update()).one_or_none()
        if job is None or job.token != leased.token or job.state is not JobState.RUNNING:
            raise LeaseLost
        job.leased_until = now() + LEASE
        yield session, job


def finish(job: Job, *, result: Mapping[str, Any] | None = None) -> None:
    job.state, job.progress, job.leased_until, job.content = JobState.DONE, 100, None, None
    job.result = None if result is None else dict(result)


def forget_jobs(database: Database) -> int:
    """Delete what was done a month ago, with what came of it. Returns how many; safe to run twice."""
    old = delete(Job).where(col(Job.state).not_in(UNFINISHED), col(Job.created_at) < now() - KEPT)
    with database.write(idempotent=True) as session:
        return session.execute(old).rowcount  # type: ignore[attr-defined, no-any-return]


def _free() -> ColumnElement[bool]:
    return or_(col(Job.leased_until).is_(None), col(Job.leased_until) < now())


def _lease(session: WriteSession) -> Leased | None:
    statement = select(Job).where(col(Job.state).in_(UNFINISHED), _free()).order_by(col(Job.created_at), col(Job.id))
    job = session.scalars(statement.limit(1).with_for_update(skip_locked=True)).first()
    if job is None:
        return None
    job.attempts += 1
    if job.attempts > MOST_ATTEMPTS:  # what stops every worker that touches it must not stop all work
        _failed(session, job, "given_up")
        return None
    job.state, job.token, job.leased_until = JobState.RUNNING, secrets.randbits(62), now() + LEASE
    said = job.actor
    actor = Actor(said["subject"], frozenset(map(Role, said["roles"])), said["organisation"])
    return Leased(job.id, job.token, job.kind, job.round_id, job.file_id, actor, job.asked, job.content or b"")


def _fail(database: Database, leased: Leased, code: str) -> None:
    try:
        with mine(database, leased) as (session, job):
            _failed(session, job, code)
    except LeaseLost:
        log.warning("job_lease_lost", job=str(leased.id))


def _failed(session: WriteSession, job: Job, code: str) -> None:
    """The job will not be done any more, and the file that it was to work on says so, too."""
    job.state, job.failure, job.leased_until, job.content = JobState.FAILED, code, None, None
    if job.file_id is not None:
        file = session.get_one(OutcomeFile, job.file_id, with_for_update=True)
        file.state, file.failure = JobState.FAILED, code
