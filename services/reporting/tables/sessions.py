"""Browsers that are signed in to the pages."""

from datetime import datetime
from typing import Final

from sqlalchemy import JSON
from sqlmodel import Field

from services.reporting.tables.table import Table, core
from shared.db.types import UTCDateTime


class PageSession(Table, table=True):
    """A signed-in browser. `digest` is the hash of what its cookie holds: whoever reads this table can sign in as nobody."""

    __tablename__ = "page_session"

    digest: str = Field(primary_key=True, max_length=64)
    subject: str = Field(max_length=200)
    roles: list[str] = Field(sa_type=JSON)
    organisation: str | None = Field(default=None, max_length=40)
    client_id: str | None = Field(default=None, max_length=200)
    created_at: datetime = Field(sa_type=UTCDateTime)
    seen_at: datetime = Field(sa_type=UTCDateTime, index=True)


PAGE_SESSION: Final = core(PageSession)
