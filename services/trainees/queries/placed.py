"""Whom a company may know: those who accepted a placement there, masked in the list, with how to reach them one at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.trainees.domain.identity import Erased
from services.trainees.domain.masks import masked_email, masked_name, masked_phone
from services.trainees.domain.placed import PlacedState, ended_lately
from services.trainees.queries.sealing import opened
from services.trainees.tables import Enrolment, KnownCompany, Person, PersonRecord, PlacedPerson, rows_of
from shared.auth.actor import Actor, Role
from shared.clock import today
from shared.db import ReadSession
from shared.db.bulk import among
from shared.errors import N_, NotFound


@dataclass(frozen=True, slots=True, repr=False)
class WholePlaced:
    """A person who accepted a placement, as the company knows them: a name and how to reach them, nothing else."""

    placement_id: UUID
    company_id: UUID
    person_id: UUID
    state: PlacedState
    since: date
    name: str
    phone: str
    email: str | None
    changed_at: datetime


def placed_persons(*, actor: Actor, company_id: UUID | None = None) -> Select[Any]:
    """The placements by which the actor may know persons, with the person each is about by now. Who was erased is gone."""
    human = _human()
    statement = _visible(actor).join(PersonRecord, col(PersonRecord.person_id) == human)
    return statement if company_id is None else statement.where(col(PlacedPerson.company_id) == company_id)


def masked_placed(session: ReadSession, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same with as much of each person as a list shows."""
    records = rows_of(PersonRecord)
    wanted = sorted({row["person_id"] for row in rows})
    statement = select(PersonRecord).where(among(session, records.c.person_id, wanted))
    known = {record.person_id: opened(session, record) for record in session.scalars(statement)}
    return [
        {
            **row,
            "name": masked_name(person.name),
            "phone": masked_phone(person.phone),
            "email": masked_email(person.email) if person.email is not None else None,
        }
        for row in rows
        if (person := known.get(row["person_id"])) is not None
    ]


def whole_placed(session: ReadSession, placement_id: UUID, *, actor: Actor) -> WholePlaced:
    """Whom one placement placed. Raises NotFound, whatever the reason is why the actor may not know them, and Erased."""
    found = session.execute(_visible(actor).where(col(PlacedPerson.placement_id) == placement_id)).one_or_none()
    if found is None:
        raise NotFound(N_("placement"))
    record = session.get(PersonRecord, found.person_id)
    if record is None:
        raise Erased
    person = opened(session, record)
    return WholePlaced(**found._mapping, name=person.name, phone=person.phone, email=person.email, changed_at=record.changed_at)


def _human() -> Any:
    """Whom a row of `person` counts as."""
    return func.coalesce(col(Person.identity_id), col(Person.id))


def _visible(actor: Actor) -> Select[*tuple[Any, ...]]:
    row = PlacedPerson
    columns = [col(row.placement_id), col(row.company_id), col(row.state), col(row.since)]
    statement: Select[*tuple[Any, ...]] = (
        select(*columns, _human().label("person_id"))
        .outerjoin(Enrolment, col(Enrolment.id) == col(PlacedPerson.enrolment_id))
        .join(Person, col(Person.id) == func.coalesce(col(Enrolment.person_id), col(PlacedPerson.person_id)))
    )
    if actor.has(Role.PROGRAM_MANAGER, Role.ADMIN):
        return statement
    in_time = or_(col(PlacedPerson.state) != PlacedState.ENDED, col(PlacedPerson.since) >= ended_lately(today()))
    return statement.where(col(PlacedPerson.company_id).in_(_companies_of(actor)), in_time)


def _companies_of(actor: Actor) -> Select[Any]:
    """The company whose token the actor has, and those that were merged into it."""
    survivor = aliased(KnownCompany)
    own = select(col(survivor.company_id)).where(col(survivor.business_number) == (actor.organisation or "none"))
    mine = or_(
        col(KnownCompany.business_number) == (actor.organisation or "none"),
        col(KnownCompany.into_id).in_(own),
    )
    return select(col(KnownCompany.company_id)).where(mine)
