"""What a search over positions looks through, and what of them is public. All of it is made from the positions."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Integer, LargeBinary, Text
from sqlmodel import Field

from services.employers.domain.positions import PositionKind, PositionState
from services.employers.tables.registry import Table
from shared.db.types import UTCDateTime, ValueEnum

_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


class PositionIndex(Table, table=True):
    """A posting as it is filtered and counted: `seats` are those asked for. `version` is the one of the posting, `change` the
    number of its last change: it grows in the order of the commits. `company_said` is what of the company it was made from.
    """

    __tablename__ = "position_index"

    number: int | None = Field(default=None, sa_type=_NUMBER, primary_key=True)
    position_id: UUID = Field(unique=True)
    version: int
    company_id: UUID
    state: PositionState = Field(sa_type=ValueEnum(PositionState))
    field: str = Field(max_length=40)
    kind: PositionKind = Field(sa_type=ValueEnum(PositionKind))
    region: str = Field(max_length=10)
    band: int | None = None
    salary: int | None = None
    seats: int
    change: int = Field(default=0, sa_type=BigInteger, index=True, sa_column_kwargs={"server_default": "0"})
    title: str = Field(sa_type=Text)
    company_said: str | None = Field(default=None, sa_type=Text)


class PositionDocument(Table, table=True):
    """What a posting says as the engines' indexes take it: for SQLite its letters, for PostgreSQL all groups of three of them."""

    __tablename__ = "position_document"

    number: int = Field(sa_type=_NUMBER, primary_key=True, sa_column_kwargs={"autoincrement": False})
    document: str = Field(sa_type=Text)
    grams: str = Field(default="", sa_type=Text)


class PositionLetters(Table, table=True):
    """The same letters as they are read through, a byte for each. `version` is that of the posting which they were made from."""

    __tablename__ = "position_letters"

    number: int = Field(sa_type=_NUMBER, primary_key=True, sa_column_kwargs={"autoincrement": False})
    version: int
    letters: bytes = Field(sa_type=LargeBinary)


class PositionSkill(Table, table=True):
    """A skill that a posting asks for."""

    __tablename__ = "position_skill"

    number: int = Field(sa_type=_NUMBER, primary_key=True, sa_column_kwargs={"autoincrement": False})
    skill: str = Field(max_length=60, primary_key=True)


class JobChange(Table, table=True):
    """The last change of a posting that is or was public. `number` grows with every change, in the order of the commits."""

    __tablename__ = "job_change"

    position_id: UUID = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger, unique=True)
    listed: bool
    field: str = Field(max_length=40)
    region: str = Field(max_length=10)
    first_listed_at: datetime = Field(sa_type=UTCDateTime)
    changed_at: datetime = Field(sa_type=UTCDateTime)


class JobHead(Table, table=True):
    """The number of the last change, in a row of its own: whoever numbers changes holds its lock until the commit. Numbers of
    different epochs have nothing to do with each other.
    """

    __tablename__ = "job_head"

    id: int = Field(default=1, primary_key=True)
    epoch: str | None = Field(default=None, max_length=36)
    number: int = Field(sa_type=BigInteger)
