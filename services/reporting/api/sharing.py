"""Saved views, links that were passed on, and the logs of their uses and of looks behind figures."""

from typing import Final
from uuid import UUID

from services.reporting import commands
from services.reporting.pages.asking import moments_of
from services.reporting.queries import sharing as queries
from services.reporting.queries.values import question
from services.reporting.schemas.sharing import (
    FactsReadPublic,
    LinkCreate,
    LinkMade,
    LinkPublic,
    UsePublic,
    ViewChange,
    ViewCreate,
    ViewPublic,
)
from services.reporting.tables import FactsRead, SavedView, ShareLink, ShareUse
from shared.auth.actor import Actor, Role
from shared.auth.policy import SIGNED_IN, allow
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter

router: Final = ServiceRouter(prefix="/api/v1", tags=["sharing"])


@router.get("/views", policy=SIGNED_IN, response_model=Listing[ViewPublic])
def list_views(session: ReadSession, page: Page, actor: Actor) -> Rows[SavedView]:
    """The caller's own saved views, and those shared with one of their roles."""
    return queries.views(session, page, by=actor)


@router.post("/views", policy=SIGNED_IN, response_model=ViewPublic, status_code=201)
def save_view(body: ViewCreate, session: WriteSession, actor: Actor, reply: Reply) -> SavedView:
    """Give a page with its parameters a name."""
    row = commands.save_view(session, name=body.name, address=body.address, shared_with=body.shared_with, by=actor)
    reply.located(f"/api/v1/views/{row.id}")
    return row


@router.get("/views/{view_id}", policy=SIGNED_IN, response_model=ViewPublic)
def read_view(view_id: UUID, session: ReadSession, actor: Actor) -> SavedView:
    return queries.find_view(session, view_id, by=actor)


@router.patch("/views/{view_id}", policy=SIGNED_IN, response_model=ViewPublic)
def change_view(view_id: UUID, body: ViewChange, session: WriteSession, actor: Actor, *, if_match: IfMatch) -> SavedView:
    """Another name or address, or other roles. Only its owner may."""
    changes = body.model_dump(exclude_none=True)
    return commands.change_view(session, view_id, changes=changes, by=actor, expected=if_match)


@router.delete("/views/{view_id}", policy=SIGNED_IN)
def remove_view(view_id: UUID, session: WriteSession, actor: Actor) -> None:
    """Keep it no longer. Only its owner may."""
    commands.remove_view(session, view_id, by=actor)


@router.get("/share-links", policy=SIGNED_IN, response_model=Listing[LinkPublic])
def list_links(session: ReadSession, page: Page, actor: Actor) -> Rows[ShareLink]:
    """The links that the caller passed on; auditors and administrators see all."""
    return queries.links(session, page, by=actor)


@router.post("/share-links", policy=SIGNED_IN, response_model=LinkMade, status_code=201)
def share_page(body: LinkCreate, session: WriteSession, actor: Actor, reply: Reply) -> LinkMade:
    """Pass a page on to whoever has the link, as of a fixed day and moment. Its path is told this once.

    They are those given, else those that the address asks about, else today and now.
    """
    said = moments_of(body.address)
    asked = question(session, as_of=body.as_of or said.as_of, known_at=body.known_at or said.known_at)
    fixed = {"as_of": asked.as_of, "known_at": asked.known_at, "expires_at": body.expires_at}
    row, token = commands.share_page(session, name=body.name, address=body.address, by=actor, **fixed)  # type: ignore[arg-type]
    reply.located(f"/api/v1/share-links/{row.id}")
    return LinkMade.of(row, token)


@router.get("/share-links/{link_id}", policy=SIGNED_IN, response_model=LinkPublic)
def read_link(link_id: UUID, session: ReadSession, actor: Actor) -> ShareLink:
    return queries.find_link(session, link_id, by=actor)


@router.post("/share-links/{link_id}/revocation", policy=SIGNED_IN, response_model=LinkPublic)
def revoke_link(link_id: UUID, session: WriteSession, actor: Actor) -> ShareLink:
    """Let it open nothing any more."""
    return commands.revoke_link(session, link_id, by=actor)


@router.get("/share-links/{link_id}/uses", policy=SIGNED_IN, response_model=Listing[UsePublic])
def list_uses(link_id: UUID, session: ReadSession, page: Page, actor: Actor) -> Rows[ShareUse]:
    """When it was used, and what came of it."""
    return queries.uses(session, page, link_id, by=actor)


@router.get("/facts-read", policy=allow(Role.AUDITOR, Role.ADMIN), response_model=Listing[FactsReadPublic])
def list_facts_read(session: ReadSession, page: Page) -> Rows[FactsRead]:
    """Who looked at the things behind which figure on the pages."""
    return queries.facts_read(session, page)
