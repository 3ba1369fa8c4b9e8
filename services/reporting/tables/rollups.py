"""What keeps answers fast at any size: what arrived since it was last rolled up, what hangs together, and the sums."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, Column, Date, Integer, String
from sqlalchemy import Table as CoreTable
from sqlmodel import Field

from services.reporting.tables.table import Table, core

MEASURES: Final = 24
SUMS: Final = tuple(f"m{number:02}" for number in range(MEASURES))


class Arrival(Table, table=True):
    """One batch that was taken in and is not rolled up yet. `things` are the ids that it was about, by their kind."""

    # A number is never given twice: facts go on bearing it when the row is gone.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    generation: int = Field(index=True)
    things: dict[str, list[str]] = Field(sa_type=JSON)


class Link(Table, table=True):
    """That an aggregate is about a person, a seat, a position, a cohort or a company. Never taken back: more is harmless."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    generation: int = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    aggregate: str = Field(primary_key=True)
    aggregate_id: UUID = Field(primary_key=True)


class Rolled(Table, table=True):
    """That an indicator is rolled up: in which version of its definition, and what the columns of its sums hold."""

    generation: int = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    version: int
    dimensions: list[str] = Field(sa_type=JSON)
    measures: list[str] = Field(sa_type=JSON)
    home: str | None = None


class MadeBy(Table, table=True):
    """Which edition of the code began a generation: one that came before knew less of what it read."""

    __tablename__ = "made_by"

    generation: int = Field(primary_key=True)
    edition: int


# One row says by how much each measure of one group changed on a day, or in the month that begins on it.
ROLLUP: Final = CoreTable(
    "rollup",
    Table.metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("indicator", String(80), primary_key=True),
    Column("dimension", String(40), primary_key=True),
    Column("grain", String(1), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("member", String(80), primary_key=True),
    *[Column(name, Integer, nullable=False, server_default="0") for name in SUMS],
    sqlite_with_rowid=False,
)

ARRIVAL: Final = core(Arrival)
LINK: Final = core(Link)
ROLLED: Final = core(Rolled)
MADE_BY: Final = core(MadeBy)
KEPT_ROLLED: Final[tuple[Any, ...]] = (ARRIVAL, LINK, ROLLED, ROLLUP, MADE_BY)
