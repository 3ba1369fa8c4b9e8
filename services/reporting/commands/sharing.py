"""Addresses are kept and passed on; every use of one that was passed on is written down, and so is every look behind a figure."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.reporting.domain.sharing import LONGEST_LIFE, checked_address, checked_for_sharing
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.queries.sharing import digest_of_link, find_link, find_own_view
from services.reporting.tables import FACTS_READ, SHARE_USE, SavedView, ShareLink
from shared.auth.actor import Actor, Role
from shared.clock import now
from shared.contracts.reporting import (
    SavedViewChanged,
    SavedViewEvent,
    SavedViewMade,
    SavedViewRemoved,
    ShareLinkEvent,
    ShareLinkMade,
    ShareLinkRevoked,
)
from shared.db import WriteSession
from shared.errors import N_, FieldError, Invalid
from shared.events.outbox import emit
from shared.ids import new_id
from shared.versions import check_version


def save_view(session: WriteSession, *, name: str, address: str, shared_with: Iterable[Role], by: Actor) -> SavedView:
    """Keep an address under a name. Raises Invalid for one that is no page of ours."""
    row = SavedView(name=name, address=checked_address(address), owner=by.subject, shared_with=_roles(shared_with))
    session.add(row)
    _emit_view(session, row, SavedViewMade)
    return row


def change_view(
    session: WriteSession, view_id: UUID, *, changes: Mapping[str, Any], by: Actor, expected: int | None
) -> SavedView:
    """Give it another name or address, or show it to others. Raises NotFound, also for another's; Stale, Invalid."""
    row = find_own_view(session, view_id, by=by, lock=True)
    check_version(row, expected)
    said = dict(changes)
    if "address" in said:
        said["address"] = checked_address(said["address"])
    if "shared_with" in said:
        said["shared_with"] = _roles(said["shared_with"])
    for name, value in said.items():
        setattr(row, name, value)
    _emit_view(session, row, SavedViewChanged)
    return row


def remove_view(session: WriteSession, view_id: UUID, *, by: Actor) -> None:
    """Keep it no longer. Raises NotFound, also for another's."""
    row = find_own_view(session, view_id, by=by, lock=True)
    row.removed_at = now()
    _emit_view(session, row, SavedViewRemoved)


def share_page(
    session: WriteSession, *, name: str, address: str, as_of: date, known_at: datetime, expires_at: datetime, by: Actor
) -> tuple[ShareLink, str]:
    """A link to a page as of a day, and its token, which is stored nowhere. Raises Invalid."""
    instant = now()
    if not instant < expires_at <= instant + LONGEST_LIFE:
        raise Invalid(FieldError("expires_at", "out_of_range", N_("Must be within the coming year.")))
    token = secrets.token_urlsafe(32)
    everything = by.has(*SEES_EVERYTHING)
    row = ShareLink(
        digest=digest_of_link(token),
        name=name,
        address=checked_for_sharing(address),
        by=by.subject,
        # Who sees everything passes on what an executive sees, an organisation what it sees itself.
        roles=_roles([Role.EXECUTIVE] if everything else by.roles),
        organisation=None if everything else by.organisation,
        as_of=as_of,
        known_at=known_at,
        expires_at=expires_at,
    )
    session.add(row)
    _emit_link(session, row, ShareLinkMade)
    return row, token


def revoke_link(session: WriteSession, link_id: UUID, *, by: Actor) -> ShareLink:
    """Let the link open nothing any more; one that is revoked stays so. Raises NotFound, also for another's."""
    row = find_link(session, link_id, by=by, lock=True)
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = now(), by.subject
        _emit_link(session, row, ShareLinkRevoked)
    return row


def note_link_use(session: WriteSession, link_id: UUID, outcome: str) -> None:
    """Write down that a link was used, and what came of it."""
    session.execute(insert(SHARE_USE).values(id=new_id(), link_id=link_id, used_at=now(), outcome=outcome))


def note_facts_read(
    session: WriteSession, *, by: Actor, indicator: str, as_of: date, asked: Mapping[str, Any], things: int
) -> None:
    """Write down that somebody looked at the things behind a figure."""
    said = {name: None if value is None else str(value) for name, value in asked.items()}
    row = {"id": new_id(), "read_at": now(), "by": by.subject, "roles": _roles(by.roles), "indicator": indicator}
    session.execute(insert(FACTS_READ).values(**row, as_of=as_of, asked=said, things=things))


def _roles(roles: Iterable[Role]) -> list[str]:
    return sorted({Role(role).value for role in roles})


def _emit_view(session: WriteSession, row: SavedView, event: type[SavedViewEvent]) -> None:
    emit(session, row, event(saved_view_id=row.id, shared_with=row.shared_with))


def _emit_link(session: WriteSession, row: ShareLink, event: type[ShareLinkEvent]) -> None:
    emit(session, row, event(share_link_id=row.id, as_of=row.as_of, expires_at=row.expires_at))
