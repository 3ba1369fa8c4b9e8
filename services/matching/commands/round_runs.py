"""Runs rounds that were started, in the worker: leased, computed outside any transaction, stored whole."""

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import or_, select, update
from sqlmodel import SQLModel, col

from services.matching.commands.rounds import frozen, tell
from services.matching.domain.market.engine import ready_for, warm
from services.matching.domain.openings import OpeningState
from services.matching.domain.rounds.claims import claim_of
from services.matching.domain.rounds.entries import UNKNOWN
from services.matching.domain.rounds.life_cycle import RoundState, move
from services.matching.domain.rounds.report import Assignment, Vacancy, assignments, figures, vacancies
from services.matching.domain.rounds.settings import RoundSettings
from services.matching.domain.rounds.solving import Outcome, solve
from services.matching.domain.rounds.verification import Verification, verify
from services.matching.queries.rounds import frozen_problem
from services.matching.tables import Opening, Round, RoundAssignment, RoundRun, RoundVacancy
from shared.clock import now
from shared.contracts.matching import RoundProposed
from shared.db import Database, WriteSession
from shared.db.bulk import among, bulk_insert
from shared.errors import Refused
from shared.events.outbox import emit

log = structlog.get_logger()
LEASE: Final = timedelta(minutes=5)
SHOWN: Final = 20
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Leased:
    """A round that this worker runs until the lease ends; `token` tells its run from another's."""

    round_id: UUID
    token: int
    settings: RoundSettings


def run_next_round(database: Database) -> bool:
    """Run the next round that was started and that nobody runs, and say whether there was one."""
    with database.read() as session:
        waiting = session.execute(select(col(Round.id)).where(col(Round.state) == RoundState.RUNNING).limit(1)).first()
    leased = database.run(_lease) if waiting is not None else None
    if leased is None:
        return False
    with suppress(Refused):
        run_round(database, leased)
    return True


def run_round(database: Database, leased: Leased, *, progress: Progress = lambda _: None) -> None:
    """Compute the outcome of a leased round and store it. A run that fails leaves the round frozen, with the reason."""

    def tell_progress(percent: int) -> None:
        database.run(lambda session: _progress(session, leased, percent))
        progress(percent)

    try:
        with database.read() as session:
            problem = frozen_problem(session, leased.round_id)
        tell_progress(5)
        if not ready_for(len(problem.candidates) * len(problem.openings)):
            warm()
        tell_progress(10)
        outcome = solve(problem, leased.settings, progress=tell_progress)
        proof = verify(claim_of(outcome))
        tell_progress(90)
    except Refused as refusal:
        # What is asked for cannot be had: nobody is to be woken, whoever started the round is told.
        reason = refusal.code
        database.run(lambda session: _fail(session, leased, reason))
        raise
    except Exception as error:
        log.exception("round_failed", round_id=str(leased.round_id))
        reason = f"{type(error).__name__}"
        database.run(lambda session: _fail(session, leased, reason))
        raise
    database.run(lambda session: _store(session, leased, outcome, proof))
    progress(100)


def lease_of(database: Database, round_id: UUID) -> Leased | None:
    """Lease one round that was started; None where somebody else runs it."""
    return database.run(lambda session: _lease(session, only=round_id))


def _lease(session: WriteSession, *, only: UUID | None = None) -> Leased | None:
    free = or_(col(RoundRun.leased_until).is_(None), col(RoundRun.leased_until) < now())
    statement = (
        select(Round, RoundRun)
        .join(RoundRun, col(RoundRun.round_id) == col(Round.id))
        .where(col(Round.state) == RoundState.RUNNING, free)
        .order_by(col(Round.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.execute(statement if only is None else statement.where(col(Round.id) == only)).first()
    if found is None:
        return None
    row, run = found
    run.leased_until, run.token, run.progress = now() + LEASE, secrets.randbits(62), 1
    return Leased(row.id, run.token, RoundSettings.from_json(row.settings))


def _progress(session: WriteSession, leased: Leased, percent: int) -> None:
    mine = (col(RoundRun.round_id) == leased.round_id, col(RoundRun.token) == leased.token)
    session.execute(update(RoundRun).where(*mine).values(progress=percent, leased_until=now() + LEASE))


def _still_mine(session: WriteSession, leased: Leased) -> tuple[Round, RoundRun] | None:
    """The round, unless somebody else took the run over or it is over already."""
    statement = (
        select(Round, RoundRun)
        .join(RoundRun, col(RoundRun.round_id) == col(Round.id))
        .where(col(Round.id) == leased.round_id, col(RoundRun.token) == leased.token, col(Round.state) == RoundState.RUNNING)
        .with_for_update()
    )
    found = session.execute(statement).first()
    return None if found is None else (found[0], found[1])


def _fail(session: WriteSession, leased: Leased, reason: str) -> None:
    found = _still_mine(session, leased)
    if found is not None:
        row, run = found
        row.state = move(row.state, RoundState.FROZEN)
        run.failure, run.leased_until, run.progress = reason, None, 0
        emit(session, row, frozen(row))


def _ignored(session: WriteSession, outcome: Outcome) -> list[dict[str, str]]:
    """What was ranked and could not count. A frozen round knows only what was open: of the rest, what is closed is said to be."""
    strange = sorted({each.position_id for each in outcome.ignored if each.reason == UNKNOWN})
    positions = Opening.__table__.c.position_id  # type: ignore[attr-defined]
    known = select(col(Opening.position_id)).where(among(session, positions, strange), col(Opening.state) == OpeningState.CLOSED)
    closed = set(session.scalars(known)) if strange else set()
    told = [replace(each, reason="closed") if each.position_id in closed else each for each in outcome.ignored]
    return [{key: str(value) for key, value in asdict(each).items()} for each in told]


def _store(session: WriteSession, leased: Leased, outcome: Outcome, proof: Verification) -> None:
    found = _still_mine(session, leased)
    if found is None:
        log.warning("round_run_twice", round_id=str(leased.round_id))
        return
    row, run = found
    _insert(session, RoundAssignment, Assignment, leased.round_id, assignments(outcome))
    _insert(session, RoundVacancy, Vacancy, leased.round_id, vacancies(outcome))
    result = figures(outcome)
    row.figures, row.verification = result.as_json(), proof_as_json(proof)
    row.ignored = _ignored(session, outcome)
    row.state = move(row.state, RoundState.PROPOSED)
    run.progress, run.leased_until = 100, None
    event = tell(
        RoundProposed,
        row,
        snapshot_hash=row.snapshot_hash,
        trainees=result.trainees,
        placed=result.placed,
        seats=result.seats,
        unfilled=result.unfilled,
        average_rank=result.average_rank,
        verified=proof.holds,
    )
    emit(session, row, event)


def proof_as_json(proof: Verification) -> dict[str, Any]:
    """The verification as it is stored and shown: whether it holds, and what was found, counted and with some examples."""
    found = {each.name: getattr(proof, each.name) for each in fields(proof) if each.name != "pairs_checked"}
    return {
        "holds": proof.holds,
        "pairs_checked": proof.pairs_checked,
        "found": {name: len(values) for name, values in found.items()},
        "examples": {name: [_plain(value) for value in values[:SHOWN]] for name, values in found.items() if values},
    }


def _plain(value: UUID | tuple[UUID, UUID]) -> Any:
    return [str(each) for each in value] if isinstance(value, tuple) else str(value)


def _insert(session: WriteSession, table: type[SQLModel], shape: type[Any], round_id: UUID, rows: Iterable[Any]) -> None:
    columns = ("round_id", *(each.name for each in fields(shape)))
    stored = ((round_id, *(getattr(row, each.name) for each in fields(shape))) for row in rows)
    bulk_insert(session, table.__table__, columns, stored)  # type: ignore[attr-defined]
