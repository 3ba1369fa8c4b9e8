"""Bulk writes: the same rows on both engines, as one statement's worth of work."""

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, MetaData, String, Table, Text, Uuid, select

from shared.db import Database
from shared.db.bulk import bulk_insert, bulk_upsert
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class Colour(StrEnum):
    RED = "red"


metadata = MetaData()
everything = Table(
    "everything",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(40)),
    Column("text", Text),
    Column("number", Integer),
    Column("on", Date),
    Column("at", UTCDateTime),
    Column("colour", ValueEnum(Colour)),
    Column("flag", Boolean),
    Column("bytes", LargeBinary),
    Column("data", JSON),
)
COLUMNS = [column.name for column in everything.columns]


def row(name: str, number: int) -> tuple[object, ...]:
    at = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    return (new_id(), name, "글", number, date(2026, 3, 1), at, Colour.RED, True, b"\x00\xff", {"가": [1, None]})


def stored(database: Database) -> list[tuple[object, ...]]:
    with database.read() as session:
        return [tuple(found) for found in session.execute(select(everything).order_by(everything.c.id))]


def fresh(url: str) -> Database:
    database = Database(url, service="test")
    metadata.create_all(database.writer)
    return database


def test_every_type_comes_back_as_it_went_in(database_url: str) -> None:
    database = fresh(database_url)
    rows = [row("하나", 1), row("둘", 2)]
    rows.append((new_id(), *[None] * (len(COLUMNS) - 2), {"json": "null is not none"}))
    with database.write() as session:
        assert bulk_insert(session, everything, COLUMNS, rows) == 3
        assert bulk_insert(session, everything, COLUMNS, []) == 0
    assert stored(database) == rows
    database.close()


def test_an_upsert_inserts_what_is_new_and_replaces_the_rest(database_url: str) -> None:
    database = fresh(database_url)
    old, kept = row("old", 1), row("kept", 2)
    with database.write() as session:
        bulk_insert(session, everything, COLUMNS, [old, kept])
    changed, added = (old[0], "changed", *old[2:]), row("added", 3)
    with database.write() as session:
        assert bulk_upsert(session, everything, COLUMNS, [changed, added], key=["id"]) == 2
        assert bulk_upsert(session, everything, COLUMNS, [], key=["id"]) == 0
    assert stored(database) == [changed, kept, added]
    database.close()


def test_an_upsert_of_keys_alone_ignores_what_is_there(database_url: str) -> None:
    database = fresh(database_url)
    ids = [new_id() for _ in range(3)]
    with database.write() as session:
        bulk_upsert(session, everything, ["id"], [(ids[0],), (ids[1],)], key=["id"])
        bulk_upsert(session, everything, ["id"], [(ids[1],), (ids[2],)], key=["id"])
    assert [found[0] for found in stored(database)] == ids
    database.close()
