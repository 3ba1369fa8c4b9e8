"""A database with one table to write to, on each engine."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid

from shared.db import Database
from shared.db.types import UTCDateTime

metadata = MetaData()
counter = Table("counter", metadata, Column("name", String(40), primary_key=True), Column("value", Integer, nullable=False))
moment = Table("moment", metadata, Column("id", Uuid, primary_key=True), Column("at", UTCDateTime, nullable=False))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database with the tables of this file."""
    database = Database(database_url, service="test")
    metadata.create_all(database.writer)
    yield database
    database.close()
