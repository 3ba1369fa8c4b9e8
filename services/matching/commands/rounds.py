"""Rounds: written down, revised, ranked in, and moved through their life."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from services.matching.domain.rounds.life_cycle import NoResult, NotADraft, RoundState, asked_for
from services.matching.domain.rounds.settings import RoundSettings
from services.matching.domain.rounds.snapshot import digest, packed, written
from services.matching.queries.candidates import CandidateFilter, candidates
from services.matching.queries.rounds import A_ROUND, problem_now, rounds, with_result
from services.matching.queries.visibility import visible_openings
from services.matching.tables import Opening, Round, RoundAssignment, RoundRanking, RoundRun, RoundSnapshot, RoundVacancy
from shared.auth.actor import Actor, Role
from shared.clock import today
from shared.contracts.matching import (
    RoundClosed,
    RoundDrafted,
    RoundEvent,
    RoundFrozen,
    RoundPublished,
    RoundReturned,
    RoundRevised,
    RoundStarted,
)
from shared.db import ReadSession, WriteSession
from shared.errors import N_, FieldError, Forbidden, Invalid, NotFound
from shared.events.outbox import emit
from shared.versions import check_version

PROGRAM: Final = (Role.PROGRAM_MANAGER, Role.ADMIN)


def draft_round(session: WriteSession, *, settings: Mapping[str, Any], parent_id: UUID | None, by: Actor) -> Round:
    """Write a round down. Raises Invalid for settings that cannot be used, NotFound and NoResult for the parent."""
    if parent_id is not None:
        with_result(session, parent_id, by=by)
    row = Round(settings=RoundSettings.from_json(settings).as_json(), parent_id=parent_id, created_by=by.subject)
    session.add(row)
    session.flush()
    emit(session, row, tell(RoundDrafted, row))
    return row


def revise_round(session: WriteSession, round_id: UUID, *, settings: Mapping[str, Any], by: Actor, expected: int | None) -> Round:
    """Replace a draft's settings. Raises NotFound, Stale, NotADraft, Invalid."""
    row = locked_round(session, round_id, by=by, expected=expected)
    _must_be_draft(row)
    row.settings = RoundSettings.from_json({**row.settings, **settings}).as_json()
    emit(session, row, tell(RoundRevised, row))
    return row


def rank_in_round(
    session: WriteSession, round_id: UUID, *, side: str, owner_id: UUID, ranked: list[UUID], by: Actor, expected: int | None
) -> Round:
    """Keep whom or what somebody wants, the most wanted first; an empty list takes it back.

    A university speaks for its trainees, a company for its positions. Raises NotFound, Stale, NotADraft, Invalid.
    """
    row = locked_round(session, round_id, by=by, expected=expected)
    _must_be_draft(row)
    _check_owner(session, side, owner_id, by=by)
    if len(set(ranked)) < len(ranked):
        raise Invalid(FieldError("/ranked", "twice", N_("Names something twice.")))
    session.execute(
        delete(RoundRanking).where(
            col(RoundRanking.round_id) == round_id, col(RoundRanking.side) == side, col(RoundRanking.owner_id) == owner_id
        )
    )
    if ranked:
        names = [str(each) for each in ranked]
        session.add(RoundRanking(round_id=round_id, side=side, owner_id=owner_id, ranked=names, recorded_by=by.subject))
    emit(session, row, tell(RoundRevised, row))
    return row


def move_round(session: WriteSession, round_id: UUID, *, to: RoundState, by: Actor, expected: int | None) -> Round:
    """Take the step that a person asks for. Raises NotFound, Stale, IllegalMove, NoResult."""
    row = locked_round(session, round_id, by=by, expected=expected)
    if to is RoundState.FROZEN:
        asked_for(row.state, to)
        freeze(session, row, input_now(session, row))
        return row
    row.state = asked_for(row.state, to)
    match to:
        case RoundState.DRAFT:
            _forget(session, row)
            emit(session, row, tell(RoundReturned, row))
        case RoundState.RUNNING:
            _queue(session, row)
            emit(session, row, tell(RoundStarted, row))
        case RoundState.PUBLISHED:
            if row.figures is None:
                raise NoResult
            row.published_by = by.subject
            emit(session, row, tell(RoundPublished, row))
        case _:
            emit(session, row, tell(RoundClosed, row))
    return row


def locked_round(session: WriteSession, round_id: UUID, *, by: Actor, expected: int | None = None) -> Round:
    """A round for this transaction alone. Raises NotFound, Stale."""
    statement = rounds(by=by).where(col(Round.id) == round_id).with_for_update()
    row: Round | None = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound(A_ROUND)
    check_version(row, expected)
    return row


def tell(event: type[RoundEvent], row: Round, **more: Any) -> RoundEvent:
    settings = row.settings
    return event(
        round_id=row.id,
        parent_id=row.parent_id,
        seed=settings["seed"],
        optimal=settings["optimal"],
        weights=settings["weights"]["id"],
        effective_on=today(),
        **more,
    )


def frozen(row: Round) -> RoundEvent:
    """That the input is frozen."""
    return tell(RoundFrozen, row, snapshot_hash=row.snapshot_hash, trainees=row.trainees, positions=row.positions)


def _must_be_draft(row: Round) -> None:
    if row.state is not RoundState.DRAFT:
        raise NotADraft


def _check_owner(session: WriteSession, side: str, owner_id: UUID, *, by: Actor) -> None:
    allowed = Role.UNIVERSITY if side == "trainee" else Role.EMPLOYER
    if not by.has(*PROGRAM, allowed):
        raise Forbidden
    if side == "trainee":
        known = candidates(CandidateFilter(person_id=owner_id), by=by)
        what = N_("candidate")
    else:
        known = select(col(Opening.position_id)).where(col(Opening.position_id) == owner_id, visible_openings(by))
        what = N_("position")
    if session.execute(known.limit(1)).first() is None:
        raise NotFound(what)


@dataclass(frozen=True, slots=True)
class Input:
    """What a round would be solved on, as it stands."""

    on: date
    text: bytes
    trainees: int
    positions: int


def input_now(session: ReadSession, row: Round) -> Input:
    """Read both sides for a round."""
    problem = problem_now(session, row, on=today())
    return Input(problem.on, written(problem), len({each.person_id for each in problem.candidates}), len(problem.openings))


def freeze(session: WriteSession, row: Round, given: Input) -> None:
    """Keep a round's input. The caller holds its lock and knows that it may be frozen."""
    row.state = asked_for(row.state, RoundState.FROZEN)
    row.on_day, row.snapshot_hash = given.on, digest(given.text)
    row.trainees, row.positions = given.trainees, given.positions
    session.add(RoundSnapshot(round_id=row.id, content=packed(given.text)))
    emit(session, row, frozen(row))


def _queue(session: WriteSession, row: Round) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = {"progress": 0, "token": 0, "leased_until": None, "failure": None}
    statement = dialect.insert(RoundRun).values(round_id=row.id, **fresh)
    session.execute(statement.on_conflict_do_update(index_elements=["round_id"], set_=fresh))


def _forget(session: WriteSession, row: Round) -> None:
    for table in (RoundSnapshot, RoundAssignment, RoundVacancy, RoundRun):
        session.execute(delete(table).where(col(table.round_id) == row.id))
    row.on_day = row.snapshot_hash = row.trainees = row.positions = None
    row.figures = row.verification = row.ignored = None
