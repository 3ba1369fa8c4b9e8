"""One metadata for every table of this service, and the rows of a model for statements over many."""

from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from shared.events.tables import include_event_tables
from shared.http.idempotency import idempotency_table


class Table(SQLModel, registry=registry()):
    """Every table of this service, in a metadata of its own."""


metadata = Table.metadata
include_event_tables(metadata)
idempotency_table(metadata)


def rows_of(model: type[Table]) -> SqlTable:
    """The table behind a model, for statements over many rows."""
    return metadata.tables[str(model.__tablename__)]
