"""Bulk writes: the same rows on both engines, as one statement's worth of work."""

from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, MetaData, String, Table, Text, Uuid, select

from shared.db import Database
from shared.db.bulk import FEW, among, bulk_insert, bulk_upsert, each_of
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


@pytest.mark.unhurried
@pytest.mark.parametrize("count", [3, FEW + 3], ids=["few", "many"])
def test_an_upsert_stores_every_type_however_many_rows_there_are(database_url: str, count: int) -> None:
    database = fresh(database_url)
    rows = [(*row(f"row {number}", number)[:-1], [number, [], None]) for number in range(count)]
    rows[1] = (rows[1][0], *[None] * (len(COLUMNS) - 2), {"json": "null is not none"})
    rows[2] = (*rows[2][:-1], [])
    with database.write() as session:
        bulk_insert(session, everything, COLUMNS, [row("other", 0), (rows[0][0], *row("replaced", 1)[1:])])
        assert bulk_upsert(session, everything, COLUMNS, iter(rows), key=["id"]) == count
    kept = {found[0]: found for found in stored(database)}
    assert [kept[each[0]] for each in rows] == rows
    assert len(kept) == count + 1
    database.close()


def test_among_finds_exactly_the_values_it_is_given(database_url: str) -> None:
    database = fresh(database_url)
    rows = [row(f"row {number}", number) for number in range(5)]
    with database.write() as session:
        bulk_insert(session, everything, COLUMNS, rows)
        ids, names = [rows[1][0], rows[3][0], new_id()], ["row 2", "row 4", "row 4", "no, 'such' {row}"]
        by_id = select(everything.c.number).where(among(session, everything.c.id, ids)).order_by(everything.c.number)
        by_name = select(everything.c.number).where(among(session, everything.c.name, names)).order_by(everything.c.number)
        everything_of = select(everything.c.number).where(among(session, everything.c.bytes, [b"\x00\xff", b'"\\,}']))
        assert len(session.execute(everything_of).all()) == 5
        assert session.execute(select(everything.c.number).where(among(session, everything.c.bytes, [b"\xff"]))).all() == []
        by_nothing = select(everything.c.number).where(among(session, everything.c.number, []))
        assert session.execute(by_id).scalars().all() == [1, 3]
        assert session.execute(by_name).scalars().all() == [2, 4]
        assert session.execute(by_nothing).scalars().all() == []
    database.close()


def test_each_of_narrows_a_query_to_the_values_it_is_given(database_url: str) -> None:
    database = fresh(database_url)
    rows = [row(name, number) for number, name in enumerate(("a", "b", "b", "c"))]
    with database.write() as session:
        bulk_insert(session, everything, COLUMNS, rows)
        some = select(everything.c.id, everything.c.number).where(everything.c.number > 0)
        by_id = session.execute(each_of(session, some, everything.c.id, [rows[0][0], rows[3][0], new_id()])).all()
        by_name = session.execute(each_of(session, some, everything.c.name, ["a", "b", "x"])).all()
        assert [found.number for found in by_id] == [3]
        assert sorted(found.number for found in by_name) == [1, 2]
        assert session.execute(each_of(session, some, everything.c.id, [])).all() == []
    database.close()


def test_an_upsert_of_keys_alone_ignores_what_is_there(database_url: str) -> None:
    database = fresh(database_url)
    ids = [new_id() for _ in range(3)]
    with database.write() as session:
        bulk_upsert(session, everything, ["id"], [(ids[0],), (ids[1],)], key=["id"])
        bulk_upsert(session, everything, ["id"], [(ids[1],), (ids[2],)], key=["id"])
    assert [found[0] for found in stored(database)] == ids
    database.close()
