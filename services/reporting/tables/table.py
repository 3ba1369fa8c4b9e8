"""What every table of the reporting database is, and the table under a model."""

from typing import Any

from sqlalchemy import Table as CoreTable
from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Table(SQLModel, registry=registry()):
    """Every table of this service, in a metadata of its own."""


def core(model: type[Table]) -> CoreTable:
    """The table under a model, for statements."""
    found: Any = model
    table: CoreTable = found.__table__
    return table
