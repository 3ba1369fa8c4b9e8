"""Enrolments that a roster no longer names, with the names of those who are held and for how long already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from services.trainees.domain.masks import masked_name
from services.trainees.domain.roster.lifecycle import AbsencePolicy, AbsenceState
from services.trainees.domain.stages import Stage
from services.trainees.queries.scope import sees_notes
from services.trainees.queries.sealing import opened
from services.trainees.tables import Enrolment, PersonRecord, RosterAbsence
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import ReadSession


@dataclass(frozen=True, slots=True)
class ShownAbsence:
    """One of them, as the caller may see it."""

    enrolment_id: UUID
    person_id: UUID
    name: str | None
    state: AbsenceState
    policy: AbsencePolicy
    stage: Stage
    becomes: Stage
    held_at: datetime | None
    held_days: int | None
    settled_at: datetime | None
    settled_by: str | None


def absences(sync_id: UUID) -> Select[Any]:
    """The absences of a sync."""
    return select(RosterAbsence).where(col(RosterAbsence.sync_id) == sync_id)


def shown(session: ReadSession, rows: Sequence[RosterAbsence], *, actor: Actor) -> list[ShownAbsence]:
    """These absences; names for those who work with the persons, masked as in every list."""
    persons = _persons(session, [row.enrolment_id for row in rows])
    names = {id_: masked_name(name) for id_, (_, name) in persons.items() if name} if sees_notes(actor) else {}
    return [
        ShownAbsence(
            enrolment_id=row.enrolment_id,
            person_id=persons[row.enrolment_id][0],
            name=names.get(row.enrolment_id),
            state=row.state,
            policy=row.policy,
            stage=row.stage,
            becomes=row.becomes,
            held_at=row.held_at,
            held_days=(now() - row.held_at).days if row.held_at is not None else None,
            settled_at=row.settled_at,
            settled_by=row.settled_by,
        )
        for row in rows
    ]


def _persons(session: ReadSession, enrolment_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, str | None]]:
    """The person of each enrolment and their name, which an erased person has not."""
    statement = (
        select(Enrolment, PersonRecord)
        .outerjoin(PersonRecord, col(PersonRecord.person_id) == Enrolment.person_id)
        .where(col(Enrolment.id).in_(enrolment_ids))
    )
    return {
        row.id: (row.person_id, opened(session, record).name if record is not None else None)
        for row, record in session.execute(statement)
    }
