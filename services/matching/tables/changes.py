"""What changed in the market: a line for every change of what recommendations are made from."""

from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Integer
from sqlmodel import Field

from services.matching.tables.table import Table

_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")


class MarketChange(Table, table=True):
    """A person, position, cohort, program or university (`kind`) of which something changed. Written by triggers.

    `id` never comes again. `xact` is PostgreSQL's number of the transaction: whatever is not seen yet has one that is not below
    the oldest that runs. SQLite has one writer, and there the order of ids is that of the commits.
    """

    __tablename__ = "market_change"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - read once, when the class is made

    id: int | None = Field(default=None, primary_key=True, sa_type=_NUMBER)
    kind: str = Field(max_length=10)
    key: UUID
    xact: int | None = Field(default=None, sa_type=BigInteger, index=True)
