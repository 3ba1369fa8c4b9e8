"""Whom to ask at companies, over HTTP: personal data, masked unless somebody says what for."""

from uuid import UUID

from services.employers import commands, queries
from services.employers.api.policies import OFFER
from services.employers.queries.contacts import Shown
from services.employers.schemas import ContactAccessPublic, ContactChange, ContactCreate, ContactDisclosure, ContactPublic
from services.employers.tables import ContactAccess
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter

_ONE = "/companies/{company_id}/contacts/{contact_id}"

router = ServiceRouter(prefix="/api/v1", tags=["companies"])


@router.post("/companies/{company_id}/contacts", policy=OFFER, response_model=ContactPublic, status_code=201)
def add_contact(company_id: UUID, body: ContactCreate, session: WriteSession, actor: Actor, reply: Reply) -> Shown:
    """Somebody to ask. Stored encrypted, in no event, log or export; shown masked."""
    contact = commands.add_contact(session, company_id, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/companies/{company_id}/contacts/{contact.id}")
    return contact


@router.get("/companies/{company_id}/contacts", policy=OFFER, response_model=Listing[ContactPublic])
def list_contacts(company_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Shown]:
    """The company's contacts, masked."""
    return queries.contacts(session, company_id, page, by=actor)


@router.get("/companies/{company_id}/contact-accesses", policy=OFFER, response_model=Listing[ContactAccessPublic])
def list_contact_accesses(company_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[ContactAccess]:
    """Who saw the company's contacts whole, when and what for."""
    return queries.contact_accesses(session, company_id, page, by=actor)


@router.get(_ONE, policy=OFFER, response_model=ContactPublic)
def read_contact(company_id: UUID, contact_id: UUID, session: ReadSession, actor: Actor) -> Shown:
    """A contact, masked."""
    return queries.masked_contact(session, company_id, contact_id, by=actor)


@router.post(
    "/companies/{company_id}/contacts/{contact_id}/disclosures", policy=OFFER, response_model=ContactPublic, idempotent=False
)
def disclose_contact(
    company_id: UUID, contact_id: UUID, body: ContactDisclosure, *, session: WriteSession, actor: Actor
) -> Shown:
    """A contact whole, for a purpose. Who saw it, when and what for is kept on record."""
    return commands.see_contact(session, company_id, contact_id, purpose=body.purpose, by=actor)


@router.patch(_ONE, policy=OFFER, response_model=ContactPublic)
def change_contact(
    company_id: UUID, contact_id: UUID, body: ContactChange, *, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Shown:
    return commands.change_contact(session, company_id, contact_id, changes=body.changes(), expected=if_match, by=actor)


@router.delete(_ONE, policy=OFFER)
def forget_contact(company_id: UUID, contact_id: UUID, session: WriteSession, actor: Actor) -> None:
    """Delete a contact for good."""
    commands.forget_contact(session, company_id, contact_id, by=actor)
