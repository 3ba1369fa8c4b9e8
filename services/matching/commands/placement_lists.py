"""Many placements proposed, led on or proved at once: each is judged by itself, and all that may go go together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.matching.commands.evidence import add_evidence
from services.matching.commands.placements import move_placement, propose
from services.matching.domain.placements import Party, PlacementState
from services.matching.queries.visibility import visible_placements
from services.matching.tables import Placement
from shared.auth.actor import Actor
from shared.db import WriteSession
from shared.db.bulk import among
from shared.errors import Refused


@dataclass(frozen=True, slots=True)
class Proposal:
    """One person for one position."""

    trainee_id: UUID
    position_id: UUID
    effective_on: date | None = None
    reported_on: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One placement, the version that was shown (None: any), and its days, where they are not those of the others."""

    placement_id: UUID
    version: int | None = None
    effective_on: date | None = None
    reported_on: date | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """One placement and the grade of the evidence for it."""

    placement_id: UUID
    grade: int
    reference: str | None = None
    effective_on: date | None = None
    reported_on: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: the placement as it is now, or why nothing became of it."""

    placement: Placement | None
    refusal: Refused | None = None


def propose_all(session: WriteSession, rows: Sequence[Proposal], *, by: Actor) -> list[Outcome]:
    """Propose each of these, in the order of the rows. A refused one keeps nobody else from theirs."""
    outcomes: dict[int, Outcome] = {}
    # By position: two such requests take the openings' locks in one order.
    for place, row in sorted(enumerate(rows), key=lambda each: (each[1].position_id, each[1].trainee_id)):
        outcomes[place] = _outcome(
            lambda row=row: propose(  # type: ignore[misc]
                session,
                trainee_id=row.trainee_id,
                position_id=row.position_id,
                on=row.effective_on,
                reported_on=row.reported_on,
                by=by,
            )
        )
    return [outcomes[place] for place in range(len(rows))]


def move_placements(
    session: WriteSession,
    rows: Sequence[Asked],
    *,
    to: PlacementState,
    on: date | None = None,
    reported_on: date | None = None,
    reason: str | None = None,
    party: Party | None = None,
    answer_by: date | None = None,
    by: Actor,
) -> list[Outcome]:
    """Lead each of these placements to `to`. A refused one stops no other."""
    _lock(session, [row.placement_id for row in rows], by=by)
    return [
        _outcome(
            lambda row=row: move_placement(  # type: ignore[misc]
                session,
                row.placement_id,
                to=to,
                on=row.effective_on or on,
                reported_on=row.reported_on or reported_on,
                reason=reason,
                party=party,
                answer_by=answer_by,
                by=by,
                expected=row.version,
            )
        )
        for row in rows
    ]


def prove_placements(session: WriteSession, rows: Sequence[Proof], *, by: Actor) -> list[Outcome]:
    """Add each piece of evidence. A refused one stops no other."""
    _lock(session, [row.placement_id for row in rows], by=by)
    return [
        _outcome(
            lambda row=row: add_evidence(  # type: ignore[misc]
                session,
                row.placement_id,
                grade=row.grade,
                reference=row.reference,
                on=row.effective_on,
                reported_on=row.reported_on,
                by=by,
            )
        )
        for row in rows
    ]


def _outcome(step: Callable[[], Placement]) -> Outcome:
    """Every one of these commands refuses before it changes anything."""
    try:
        return Outcome(step())
    except Refused as refusal:
        return Outcome(None, refusal)


def _lock(session: WriteSession, placement_ids: Sequence[UUID], *, by: Actor) -> None:
    """All of the persons' placements in the order of their ids: two such requests cannot pass each other."""
    table = Placement.__table__  # type: ignore[attr-defined]
    persons = select(table.c.person_id).where(among(session, table.c.id, placement_ids), visible_placements(by))
    session.execute(select(table.c.id).where(table.c.person_id.in_(persons)).order_by(table.c.id).with_for_update()).all()
