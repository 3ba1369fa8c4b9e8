"""Addresses that people keep, and those that they pass on. Where they lead to is no event's business."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.reporting.service import ReportingEvent


class SavedViewEvent(ReportingEvent):
    """A name that somebody gave to a page with its parameters. `shared_with` are the roles that see it, too."""

    saved_view_id: UUID
    shared_with: list[str]


class SavedViewMade(SavedViewEvent):
    """Somebody keeps an address.

    v1  first version
    """

    name: ClassVar[str] = "saved_view.made"


class SavedViewChanged(SavedViewEvent):
    """It has another name or address, or others see it.

    v1  first version
    """

    name: ClassVar[str] = "saved_view.changed"


class SavedViewRemoved(SavedViewEvent):
    """It is kept no longer.

    v1  first version
    """

    name: ClassVar[str] = "saved_view.removed"


class ShareLinkEvent(ReportingEvent):
    """A page that whoever has the link may read, as of a fixed day, until a moment."""

    share_link_id: UUID
    as_of: date
    expires_at: datetime


class ShareLinkMade(ShareLinkEvent):
    """Somebody passes a page on.

    v1  first version
    """

    name: ClassVar[str] = "share_link.made"


class ShareLinkRevoked(ShareLinkEvent):
    """The link opens nothing any more.

    v1  first version
    """

    name: ClassVar[str] = "share_link.revoked"
