"""Whom to ask at a company: added, corrected, seen whole for a purpose, and forgotten."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.employers.commands.companies import locked_company
from services.employers.domain.contacts import checked_email, checked_phone
from services.employers.queries.contacts import Shown, contact, masked, sealed, whole
from services.employers.tables import Contact, ContactAccess
from shared.auth.actor import Actor
from shared.db import WriteSession
from shared.ids import new_id
from shared.versions import check_version


def add_contact(
    session: WriteSession,
    company_id: UUID,
    *,
    name: str,
    phone: str | None = None,
    email: str | None = None,
    role: str | None = None,
    by: Actor,
) -> Shown:
    """Add a contact and return it masked. Raises NotFound, IsMerged, and Invalid for a number or address that is none."""
    company = locked_company(session, company_id, by=by)
    contact_id = new_id()
    parts: dict[str, Any] = {
        part: sealed(session, contact_id, part, text) for part, text in _checked(name=name, phone=phone, email=email).items()
    }
    added = Contact(id=contact_id, company_id=company.id, role=role, **parts)
    session.add(added)
    return masked(session, added)


def change_contact(
    session: WriteSession,
    company_id: UUID,
    contact_id: UUID,
    *,
    changes: Mapping[str, Any],
    expected: int | None = None,
    by: Actor,
) -> Shown:
    """Correct a contact. Raises NotFound, Stale, IsMerged, Invalid."""
    locked_company(session, company_id, by=by)
    row = contact(session, company_id, contact_id, by=by)
    check_version(row, expected)
    if "role" in changes:
        row.role = changes["role"]
    for part, text in _checked(**{name: value for name, value in changes.items() if name != "role"}).items():
        setattr(row, part, sealed(session, row.id, part, text))
    row.version += 1
    return whole(session, row)


def see_contact(session: WriteSession, company_id: UUID, contact_id: UUID, *, purpose: str, by: Actor) -> Shown:
    """A contact whole, and who saw it what for on record in the same transaction. Raises NotFound."""
    row = contact(session, company_id, contact_id, by=by)
    _note(session, row, action="contact.read", purpose=purpose, by=by)
    return whole(session, row)


def forget_contact(session: WriteSession, company_id: UUID, contact_id: UUID, *, by: Actor) -> None:
    """Delete a contact for good; that it was done stays on record. Raises NotFound."""
    locked_company(session, company_id, by=by)
    row = contact(session, company_id, contact_id, by=by)
    _note(session, row, action="contact.forgotten", purpose="", by=by)
    session.delete(row)


def _note(session: WriteSession, row: Contact, *, action: str, purpose: str, by: Actor) -> None:
    session.add(
        ContactAccess(
            actor=by.subject,
            organisation=by.organisation,
            contact_id=row.id,
            company_id=row.company_id,
            action=action,
            purpose=purpose,
        )
    )


def _checked(**said: str | None) -> dict[str, str | None]:
    checks = {"phone": checked_phone, "email": checked_email}
    return {part: checks[part](text) if text is not None and part in checks else text for part, text in said.items()}
