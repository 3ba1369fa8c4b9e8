"""Corrections of a person's data made here: they stay, whatever a file says, until somebody lets go of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlmodel import col

from services.trainees.domain.persons import FIELDS, PersonData
from services.trainees.queries.persons import persons
from services.trainees.queries.sealing import finding_hashes, hashes, opened, seal, sealed
from services.trainees.tables import PersonCorrection, PersonRecord, rows_of
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import WriteSession
from shared.errors import N_, Conflict, NotFound


class IdentityTaken(Conflict):
    """Name, birth date and telephone number would be those of somebody else whom we know."""

    code = "identity_taken"
    title = N_("Somebody else's")
    detail = N_("Name, birth date and telephone number would be those of another person. Merge the two instead.")


def correct_person(session: WriteSession, person_id: UUID, *, changes: Mapping[str, Any], by: Actor) -> list[str]:
    """Correct fields of a person, and keep them from being overwritten by files; the fields that are corrected now.

    Raises NotFound, IdentityTaken.
    """
    record = _locked(session, person_id, by=by)
    held = opened(session, record)
    person = replace(held, **{name: value for name, value in changes.items() if name in FIELDS})
    _write(session, person_id, person)
    for name in changes:
        _stick(session, person_id, name, held, by=by)
    return list(session.scalars(select(col(PersonCorrection.field)).where(col(PersonCorrection.person_id) == person_id)))


def let_go(session: WriteSession, person_id: UUID, *, field: str, by: Actor) -> None:
    """Let files overwrite a field again. Raises NotFound."""
    _locked(session, person_id, by=by)
    table = rows_of(PersonCorrection)
    mine = (table.c.person_id == person_id) & (table.c.field == field)
    if not session.execute(delete(table).where(mine)).rowcount:  # type: ignore[attr-defined]
        raise NotFound(N_("correction"))


def _locked(session: WriteSession, person_id: UUID, *, by: Actor) -> PersonRecord:
    statement = persons(actor=by).where(col(PersonRecord.person_id) == person_id).with_for_update(of=PersonRecord)
    record: PersonRecord | None = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if record is None:
        raise NotFound(N_("person"))
    return record


def _write(session: WriteSession, person_id: UUID, person: PersonData) -> None:
    identity, content = hashes(session, person)
    records = rows_of(PersonRecord)
    taken = select(records.c.person_id).where(records.c.identity_hash == identity, records.c.person_id != person_id)
    if session.scalars(taken).first() is not None:
        raise IdentityTaken
    name, birth_date, phone, email = sealed(session, person_id, person)
    told = {"identity_hash": identity, "content_hash": content, "changed_at": now()}
    told |= {"name": name, "birth_date": birth_date, "phone": phone, "email": email, "examined": False}
    told |= dict(zip(("name_hash", "birth_hash", "phone_hash"), finding_hashes(session, person), strict=True))
    session.execute(update(records).where(records.c.person_id == person_id).values(told))


def _stick(session: WriteSession, person_id: UUID, name: str, held: PersonData, *, by: Actor) -> None:
    correction = session.get(PersonCorrection, (person_id, name))
    if correction is None:
        before = getattr(held, name)
        was = seal(session, str(before), about=person_id, field=f"was_{name}") if before is not None else None
        session.add(PersonCorrection(person_id=person_id, field=name, actor=by.subject, was=was))
    else:
        correction.corrected_at, correction.actor = now(), by.subject
    session.flush()
