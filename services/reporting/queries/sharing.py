"""Addresses that were kept and passed on: whose they are, and whether a link still opens anything."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlmodel import col

from services.reporting.tables import SHARE_USE, FactsRead, SavedView, ShareLink, ShareUse
from shared.auth.actor import Actor, Role
from shared.clock import now
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http import Page, Rows

VIEW: Final = N_("saved view")
LINK: Final = N_("share link")
OPENED: Final = "opened"
# Who may see and revoke the links of everybody.
WATCHES_LINKS: Final = (Role.ADMIN, Role.AUDITOR)


def digest_of_link(token: str) -> str:
    """What is stored of a link's token."""
    return sha256(f"share-link {token}".encode()).hexdigest()


def views(session: ReadSession, page: Page, *, by: Actor) -> Rows[SavedView]:
    """The reader's own, and those shared with one of their roles, by name."""
    ids = [row.id for row in visible_views(session, by=by)]
    statement = select(SavedView).where(col(SavedView.id).in_(ids))
    return page.fetch(session, statement, key=[col(SavedView.name), col(SavedView.id)])


def visible_views(session: ReadSession, *, by: Actor) -> list[SavedView]:
    """All of them at once: people keep few."""
    found = session.scalars(select(SavedView).where(col(SavedView.removed_at).is_(None)).order_by(col(SavedView.name)))
    return [row for row in found if _may_see(row, by)]


def find_view(session: ReadSession, view_id: UUID, *, by: Actor) -> SavedView:
    """Raises NotFound."""
    row = session.get(SavedView, view_id)
    if row is None or row.removed_at is not None or not _may_see(row, by):
        raise NotFound(VIEW)
    return row


def find_own_view(session: ReadSession, view_id: UUID, *, by: Actor, lock: bool = False) -> SavedView:
    """Raises NotFound, also for another's."""
    statement = _locked(select(SavedView).where(col(SavedView.id) == view_id), lock=lock)
    row: SavedView | None = session.scalars(statement).one_or_none()
    if row is None or row.removed_at is not None or row.owner != by.subject:
        raise NotFound(VIEW)
    return row


def links(session: ReadSession, page: Page, *, by: Actor) -> Rows[ShareLink]:
    """The links that the reader made, or all for who watches over them; the oldest first."""
    statement = _watched(select(ShareLink), by)
    return page.fetch(session, statement, key=[col(ShareLink.created_at), col(ShareLink.id)])


def links_with_uses(session: ReadSession, *, by: Actor, most: int = 200) -> Sequence[Any]:
    """The same with the number of their uses and the last one, the latest first."""
    used = (
        select(SHARE_USE.c.link_id, func.count().label("uses"), func.max(SHARE_USE.c.used_at).label("last_used_at"))
        .group_by(SHARE_USE.c.link_id)
        .subquery()
    )
    statement = _watched(select(ShareLink, func.coalesce(used.c.uses, 0).label("uses"), used.c.last_used_at), by)
    statement = statement.outerjoin(used, used.c.link_id == col(ShareLink.id))
    return session.execute(statement.order_by(col(ShareLink.created_at).desc()).limit(most)).all()


def find_link(session: ReadSession, link_id: UUID, *, by: Actor, lock: bool = False) -> ShareLink:
    """Raises NotFound, also for another's."""
    statement = _locked(select(ShareLink).where(col(ShareLink.id) == link_id), lock=lock)
    row: ShareLink | None = session.scalars(statement).one_or_none()
    if row is None or not (row.by == by.subject or by.has(*WATCHES_LINKS)):
        raise NotFound(LINK)
    return row


def link_of(session: ReadSession, token: str) -> ShareLink | None:
    """The link with this token, whether or not it is over."""
    return session.scalars(select(ShareLink).where(col(ShareLink.digest) == digest_of_link(token))).one_or_none()


def outcome_of(link: ShareLink) -> str:
    """What comes of using it now: opened, expired or revoked."""
    if link.revoked_at is not None:
        return "revoked"
    return "expired" if link.expires_at <= now() else OPENED


def uses(session: ReadSession, page: Page, link_id: UUID, *, by: Actor) -> Rows[ShareUse]:
    """When a link was used and what came of it, the oldest first. Raises NotFound."""
    owner = find_link(session, link_id, by=by)
    statement = select(ShareUse).where(col(ShareUse.link_id) == owner.id)
    return page.fetch(session, statement, key=[col(ShareUse.used_at), col(ShareUse.id)])


def facts_read(session: ReadSession, page: Page) -> Rows[FactsRead]:
    """Who looked behind which figure, the oldest first."""
    return page.fetch(session, select(FactsRead), key=[col(FactsRead.read_at), col(FactsRead.id)])


def _may_see(row: SavedView, by: Actor) -> bool:
    return row.owner == by.subject or bool(set(row.shared_with) & {role.value for role in by.roles})


def _watched(statement: Select[Any], by: Actor) -> Select[Any]:
    return statement if by.has(*WATCHES_LINKS) else statement.where(col(ShareLink.by) == by.subject)


def _locked(statement: Select[Any], *, lock: bool) -> Select[Any]:
    return statement.with_for_update().execution_options(populate_existing=True) if lock else statement
