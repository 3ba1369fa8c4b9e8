"""Addresses that are kept and passed on, over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.auth.actor import Role

Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S")]
Address = Annotated[str, Field(min_length=1, max_length=1500, description="of a page here: /cohorts?as_of=2026-03-01")]
Roles = Annotated[list[Role], Field(max_length=6, description="the roles that see it, too")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Public(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ViewCreate(_Body):
    """A name for an address."""

    name: Name
    address: Address
    shared_with: Roles = Field(default_factory=list)


class ViewChange(_Body):
    """Something else about it."""

    name: Name | None = None
    address: Address | None = None
    shared_with: Roles | None = None


class ViewPublic(_Public):
    """A name for an address, whose it is, and which roles see it."""

    id: UUID
    version: int
    created_at: datetime
    name: str
    address: str
    owner: str
    shared_with: list[str]


class LinkCreate(_Body):
    """A page to be passed on. It stays as of the day and the moment given, else as of those in its address, else as of now."""

    name: Name
    address: Address
    expires_at: AwareDatetime
    as_of: date | None = None
    known_at: AwareDatetime | None = None


class LinkPublic(_Public):
    """A link that was passed on. Its token is not told again."""

    id: UUID
    version: int
    created_at: datetime
    name: str
    address: str
    by: str
    as_of: date
    known_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None


class LinkMade(LinkPublic):
    """A new link with the path that opens it. This is the only time that it is told."""

    path: str

    @classmethod
    def of(cls, row: Any, token: str) -> "LinkMade":
        return cls(**LinkPublic.model_validate(row).model_dump(), path=f"/shared/{token}")


class UsePublic(_Public):
    """One use of a link: `outcome` is opened, expired or revoked."""

    id: UUID
    used_at: datetime
    outcome: str


class FactsReadPublic(_Public):
    """That somebody looked at the things behind a figure."""

    id: UUID
    read_at: datetime
    by: str
    roles: list[str]
    indicator: str
    as_of: date
    asked: dict[str, str | None]
    things: int
