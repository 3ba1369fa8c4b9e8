"""Contacts between their plain and their stored form: sealed for the contact, shown whole only for a purpose."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.employers.domain.contacts import masked_email, masked_name, masked_phone
from services.employers.queries.companies import company
from services.employers.tables import Contact, ContactAccess
from shared.auth.actor import Actor
from shared.crypto import Cipher
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http.paging import Page, Rows

CONTACT = N_("contact")


@dataclass(frozen=True, slots=True)
class Shown:
    """A contact as it is shown: whole, or masked."""

    id: UUID
    version: int
    company_id: UUID
    created_at: datetime
    role: str | None
    name: str
    phone: str | None
    email: str | None


def contacts(session: ReadSession, company_id: UUID, page: Page, *, by: Actor) -> Rows[Shown]:
    """A company's contacts, masked, in the order in which they were added. Raises NotFound."""
    owner = company(session, company_id, by=by)
    found = page.fetch(session, select(Contact).where(Contact.company_id == owner.id), key=[Contact.id])
    return Rows([masked(session, row) for row in found.items], found.next, found.total)


def contact(session: ReadSession, company_id: UUID, contact_id: UUID, *, by: Actor) -> Contact:
    """Raises NotFound."""
    owner = company(session, company_id, by=by)
    found = session.exec(select(Contact).where(Contact.id == contact_id, col(Contact.company_id) == owner.id)).first()
    if found is None:
        raise NotFound(CONTACT)
    return found


def masked_contact(session: ReadSession, company_id: UUID, contact_id: UUID, *, by: Actor) -> Shown:
    """One contact as lists show it. Raises NotFound."""
    return masked(session, contact(session, company_id, contact_id, by=by))


def contact_accesses(session: ReadSession, company_id: UUID, page: Page, *, by: Actor) -> Rows[ContactAccess]:
    """Who saw a company's contacts whole, from the first time on. Raises NotFound."""
    owner = company(session, company_id, by=by)
    statement = select(ContactAccess).where(ContactAccess.company_id == owner.id)
    return page.fetch(session, statement, key=[ContactAccess.recorded_at, ContactAccess.id])


def whole(session: ReadSession, row: Contact) -> Shown:
    """A contact with everything. Whoever shows it notes down who saw it."""
    parts = {name: opened(session, row, name) for name in ("name", "phone", "email")}
    return Shown(
        row.id, row.version, row.company_id, row.created_at, row.role, parts["name"] or "", parts["phone"], parts["email"]
    )


def masked(session: ReadSession, row: Contact) -> Shown:
    """A contact as lists show it: enough to tell one from another."""
    plain = whole(session, row)
    phone = masked_phone(plain.phone) if plain.phone else None
    email = masked_email(plain.email) if plain.email else None
    return Shown(row.id, row.version, row.company_id, row.created_at, row.role, masked_name(plain.name), phone, email)


def sealed(session: ReadSession, contact_id: UUID, part: str, text: str | None) -> bytes | None:
    """A part of a contact so that only we can read it, and only as that part of that contact."""
    return None if text is None else _cipher(session).seal(text.encode(), about=f"{contact_id}:{part}".encode())


def opened(session: ReadSession, row: Contact, part: str) -> str | None:
    """What `sealed` was given. Raises Unreadable."""
    stored: bytes | None = getattr(row, part)
    return None if stored is None else _cipher(session).open(stored, about=f"{row.id}:{part}".encode()).decode()


def _cipher(session: ReadSession) -> Cipher:
    cipher = session.info["cipher"]
    assert isinstance(cipher, Cipher)
    return cipher
