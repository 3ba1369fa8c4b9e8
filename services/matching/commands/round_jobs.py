"""What rounds leave to the workers where there is much of it: freezing, comparing with other settings, proposing placements."""

from collections import Counter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.matching.commands.jobs import Leased, finish, mine, queue_job
from services.matching.commands.round_placements import AT_ONCE, places_waiting, propose_from_round
from services.matching.commands.rounds import freeze, input_now, locked_round
from services.matching.domain.jobs import FEW_SIDES, JobKind
from services.matching.domain.market.engine import ready_for, warm
from services.matching.domain.openings import OpeningState
from services.matching.domain.rounds.comparing import compare
from services.matching.domain.rounds.life_cycle import NoResult, NotPublished, RoundState, asked_for
from services.matching.domain.rounds.settings import RoundSettings
from services.matching.queries.rounds import frozen_problem, round_whole
from services.matching.tables import Candidate, Job, Opening
from shared.auth.actor import Actor
from shared.db import Database, ReadSession, WriteSession
from shared.versions import check_version

_COUNTED: Final = ("proposed", "refused", "left")


def is_much(session: ReadSession) -> bool:
    """Whether reading both sides takes longer than a request should."""
    persons = session.execute(select(func.count()).select_from(Candidate)).scalar_one()
    standing = select(func.count()).select_from(Opening).where(col(Opening.state) != OpeningState.CLOSED)
    return int(persons) + int(session.execute(standing).scalar_one()) > FEW_SIDES


def queue_freeze(session: WriteSession, round_id: UUID, *, by: Actor, expected: int | None) -> Job:
    """Have a draft frozen as it is now. Raises NotFound, Stale, IllegalMove."""
    row = locked_round(session, round_id, by=by, expected=expected)
    asked_for(row.state, RoundState.FROZEN)
    return queue_job(session, JobKind.FREEZE, round_id=round_id, asked={"version": row.version}, by=by)


def queue_what_if(session: WriteSession, round_id: UUID, *, settings: dict[str, Any], by: Actor, expected: int | None) -> Job:
    """Have a round's input solved with other settings. Raises NotFound, Stale, NoResult, Invalid."""
    row = locked_round(session, round_id, by=by, expected=expected)
    if row.snapshot_hash is None:
        raise NoResult
    RoundSettings.from_json({**row.settings, **settings})
    return queue_job(session, JobKind.WHAT_IF, round_id=round_id, asked={"version": row.version, "settings": settings}, by=by)


def queue_placements(session: WriteSession, round_id: UUID, *, by: Actor) -> Job | None:
    """Have a whole published round proposed; None where it is little enough to be done now. Raises NotFound, NotPublished."""
    row = locked_round(session, round_id, by=by)
    if row.state is not RoundState.PUBLISHED:
        raise NotPublished
    return queue_job(session, JobKind.PLACEMENTS, round_id=round_id, by=by) if places_left(session, round_id) > AT_ONCE else None


def places_left(session: ReadSession, round_id: UUID) -> int:
    """How many places of a round nobody was proposed to yet."""
    return int(session.execute(select(func.count()).select_from(places_waiting(round_id).subquery())).scalar_one())


def freeze_round(database: Database, leased: Leased) -> None:
    """Read both sides without keeping anybody from writing, and keep them if the round is still what it was."""
    assert leased.round_id is not None
    with database.read() as session:
        given = input_now(session, round_whole(session, leased.round_id, by=leased.actor).row)
    with mine(database, leased) as (session, job):
        row = locked_round(session, leased.round_id, by=leased.actor, expected=leased.asked["version"])
        freeze(session, row, given)
        finish(job, result={"version": row.version, "snapshot_hash": row.snapshot_hash})


def compare_settings(database: Database, leased: Leased) -> None:
    """Solve a round's input twice. Nothing of the round is written."""
    assert leased.round_id is not None
    with database.read() as session:
        row = round_whole(session, leased.round_id, by=leased.actor).row
        check_version(row, leased.asked["version"])
        problem, kept, hash_ = frozen_problem(session, leased.round_id), dict(row.settings), row.snapshot_hash
    if not ready_for(len(problem.candidates) * len(problem.openings)):
        warm()
    before = RoundSettings.from_json(kept)
    after = RoundSettings.from_json({**kept, **leased.asked["settings"]})

    def tell(percent: int) -> None:
        with mine(database, leased) as (_, job):
            job.progress = percent

    comparison = compare(problem, before, after, progress=tell)
    with mine(database, leased) as (_, job):
        finish(job, result=comparison.as_json(version=leased.asked["version"], snapshot_hash=hash_ or ""))


def propose_round(database: Database, leased: Leased) -> None:
    """Propose every place of a round, some hundred in each transaction."""
    assert leased.round_id is not None
    left = 1
    while left:
        with mine(database, leased) as (session, job):
            done, left = propose_from_round(session, leased.round_id, persons=None, by=leased.actor)
            counted = Counter(job.result or {})
            counted["proposed"] += sum(each.placement_id is not None for each in done)
            counted["refused"] += sum(each.placement_id is None for each in done)
            job.done += len(done)
            job.progress = 99 * job.done // max(1, job.done + left)
            job.result = {**counted, "left": left}
            if not left:
                finish(job, result={name: int(counted[name]) if name != "left" else 0 for name in _COUNTED})
