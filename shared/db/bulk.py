"""Many rows at once: binary COPY on PostgreSQL, executemany on SQLite, behind one function each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Integer,
    LargeBinary,
    Select,
    Table,
    any_,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
    true,
)
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, registry, sqlite
from sqlalchemy.schema import CreateColumn
from sqlalchemy.sql.selectable import LateralFromClause
from sqlalchemy.types import NullType, UserDefinedType

from shared.db.session import ReadSession, WriteSession

Row = Sequence[Any]
FEW: Final = 2000  # up to so many rows an array per column costs less than a table that is made for the moment
_BATCH: Final = 5000
_POSTGRES: Final[Dialect] = registry.load("postgresql")()


def among(session: ReadSession, wanted: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a column is one of `values`: one parameter on PostgreSQL, where a thousand cost more than the query itself."""
    if session.get_bind().dialect.name == "postgresql":
        return wanted == any_(literal(list(values), ARRAY(wanted.type)))
    return wanted.in_(values)


def each_of(session: ReadSession, statement: Select[Any], key: Column[Any], values: Sequence[Any]) -> Select[Any]:
    """The rows of `statement` whose `key` is one of `values`, found through the key's index, one probe for each value.

    PostgreSQL, as long as it has not analysed a table, would rather read all of it that the other conditions leave.
    """
    if session.get_bind().dialect.name != "postgresql":
        return statement.where(key.in_(values))
    array = literal(list(values), ARRAY(key.type))
    given = func.unnest(array).table_valued(column("key", key.type), name="given").render_derived()
    probe = _fenced(statement.where(key == given.c.key))
    return select(probe).select_from(given.join(probe, true()))


def probe_of(session: ReadSession, statement: Select[Any]) -> LateralFromClause | None:
    """`statement` to be joined to the table whose row it names, and answered anew for each of its rows.

    For a few rows of that table only, and where the indexes find the answer. PostgreSQL would else plan by statistics that
    may be older than most of what is there, and go through everything for each row. None on an engine that needs no help.
    """
    return _fenced(statement) if session.get_bind().dialect.name == "postgresql" else None


def _fenced(statement: Select[Any]) -> LateralFromClause:
    fence = literal_column("0", Integer)  # an offset keeps the probe from being planned away
    return statement.offset(fence).lateral("probe")


def packed(session: ReadSession, statement: Select[Any]) -> bytes:
    """Pairs of bytes and an id, row after row in one string: of tens of thousands, to fetch each costs more than to find them."""
    if session.get_bind().dialect.name != "postgresql":
        return b"".join([first + id_.bytes for first, id_ in session.execute(statement)])
    pairs = statement.subquery("pairs")
    first, id_ = pairs.c
    together = func.string_agg(first.op("||")(func.uuid_send(id_)), literal_column("''::bytea"), type_=LargeBinary)
    return session.scalar(select(together)) or b""


@contextmanager
def joined_whole(session: ReadSession, *, rows: int) -> Iterator[None]:
    """Joins of whole sets inside: for many `rows`, PostgreSQL hashes them instead of looking up one after the other.

    It would, as long as it has not analysed tables that were filled a moment ago, take them for nearly empty.
    """
    if rows <= FEW or session.get_bind().dialect.name != "postgresql":
        yield
        return
    session.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    session.execute(text("SET LOCAL enable_nestloop = on"))


def bulk_insert(session: WriteSession, target: Table, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert `rows`, whose values stand in the order of `columns`, and return how many. A duplicate key raises."""
    if session.get_bind().dialect.name == "postgresql":
        return _copy(session, target.name, [target.c[name] for name in columns], rows)
    return _in_batches(session, plain_insert(target), columns, rows)


def bulk_upsert(session: WriteSession, target: Table, columns: Sequence[str], rows: Iterable[Row], *, key: Sequence[str]) -> int:
    """Insert `rows`, or replace the other columns of those whose `key` is there already. A key may occur once in `rows`."""
    updated = [name for name in columns if name not in key]
    if session.get_bind().dialect.name != "postgresql":
        return _in_batches(session, _on_conflict(sqlite.insert(target), key, updated), columns, rows)
    chosen = [target.c[name] for name in columns]
    remaining = iter(rows)
    first = list(islice(remaining, FEW + 1))
    if len(first) <= FEW:
        return _upsert_few(session, target, chosen, first, key=key, updated=updated)
    staging = f"staging_{target.name}"
    shape = ", ".join(str(CreateColumn(Column(c.name, c.type)).compile(dialect=_POSTGRES)) for c in chosen)
    connection = session.connection()
    connection.exec_driver_sql(f'CREATE TEMP TABLE "{staging}" ({shape}) ON COMMIT DROP')
    count = _copy(session, staging, chosen, chain(first, remaining))
    source = table(staging, *[Column(c.name, c.type) for c in chosen])
    session.execute(_on_conflict(postgresql.insert(target).from_select(list(columns), select(source)), key, updated))
    connection.exec_driver_sql(f'DROP TABLE "{staging}"')
    return count


def _in_batches(session: WriteSession, statement: Any, columns: Sequence[str], rows: Iterable[Row]) -> int:
    remaining, count = iter(rows), 0
    while batch := [dict(zip(columns, row, strict=True)) for row in islice(remaining, _BATCH)]:
        session.execute(statement, batch)
        count += len(batch)
    return count


def _upsert_few(
    session: WriteSession,
    target: Table,
    columns: Sequence[Column[Any]],
    rows: Sequence[Row],
    *,
    key: Sequence[str],
    updated: Sequence[str],
) -> int:
    if rows:
        session.flush()
        dialect = session.get_bind().dialect
        values = zip(*_converted(rows, _conversions(columns, dialect)), strict=True)
        types = [_ArrayOf(c.type.compile(dialect=dialect)) for c in columns]
        arrays = [cast(literal(list(each), NullType()), type_) for type_, each in zip(types, values, strict=True)]
        given = func.unnest(*arrays).table_valued(*[column(c.name, c.type) for c in columns], name="given").render_derived()
        names = [c.name for c in columns]
        session.execute(_on_conflict(postgresql.insert(target).from_select(names, select(given)), key, updated))
    return len(rows)


def _on_conflict(statement: Any, key: Sequence[str], updated: Sequence[str]) -> Any:
    if not updated:
        return statement.on_conflict_do_nothing(index_elements=list(key))
    return statement.on_conflict_do_update(index_elements=list(key), set_={name: statement.excluded[name] for name in updated})


def _copy(session: WriteSession, name: str, columns: Sequence[Column[Any]], rows: Iterable[Row]) -> int:
    session.flush()
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    dialect = session.get_bind().dialect
    converts = _conversions(columns, dialect)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(name), sql.SQL(", ").join(sql.Identifier(each.name) for each in columns)
    )
    count = 0
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([_type_name(each, dialect) for each in columns])
        for row in _converted(rows, converts):
            copy.write_row(row)
            count += 1
    return count


def _conversions(columns: Sequence[Column[Any]], dialect: Dialect) -> list[tuple[int, Callable[[Any], Any]]]:
    """Which values must be converted for the driver, by their place in a row. Most need not be."""
    # Bytes and truth values are what they are; SQLAlchemy would wrap and check each one of them.
    processors = [
        None if isinstance(each.type, LargeBinary | Boolean) else each.type.dialect_impl(dialect).bind_processor(dialect)
        for each in columns
    ]
    return [(place, processor) for place, processor in enumerate(processors) if processor is not None]


def _converted(rows: Iterable[Row], converts: Sequence[tuple[int, Callable[[Any], Any]]]) -> Iterator[list[Any]]:
    for row in rows:
        values = list(row)
        for place, convert in converts:
            values[place] = convert(values[place])
        yield values


class _ArrayOf(UserDefinedType[Any]):
    """An array whose values are converted for the driver already; those of JSON may be lists themselves."""

    cache_ok = True

    def __init__(self, element: str) -> None:
        self.element = element

    def get_col_spec(self, **_given: Any) -> str:
        return f"{self.element}[]"


def _type_name(typed: Column[Any], dialect: Any) -> str:
    declared = typed.type.compile(dialect=dialect).split("(")[0].lower().strip()
    return {
        "timestamp with time zone": "timestamptz",
        "integer": "int4",
        "bigint": "int8",
        "smallint": "int2",
        "boolean": "bool",
        "double precision": "float8",
        "float": "float8",
        "timestamp": "timestamptz",
    }.get(declared, declared)
