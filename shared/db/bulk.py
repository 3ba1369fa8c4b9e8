"""Many rows at once: binary COPY on PostgreSQL, executemany on SQLite, behind one function each."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import Column, Dialect, Table, select, table
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, registry, sqlite
from sqlalchemy.schema import CreateColumn

from shared.db.session import WriteSession

Row = Sequence[Any]
_POSTGRES: Final[Dialect] = registry.load("postgresql")()


def bulk_insert(session: WriteSession, target: Table, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert `rows`, whose values stand in the order of `columns`, and return how many. A duplicate key raises."""
    if session.get_bind().dialect.name == "postgresql":
        return _copy(session, target.name, [target.c[name] for name in columns], rows)
    batch = [dict(zip(columns, row, strict=True)) for row in rows]
    if batch:
        session.execute(plain_insert(target), batch)
    return len(batch)


def bulk_upsert(session: WriteSession, target: Table, columns: Sequence[str], rows: Iterable[Row], *, key: Sequence[str]) -> int:
    """Insert `rows`, or replace the other columns of those whose `key` is there already. A key may occur once in `rows`."""
    updated = [name for name in columns if name not in key]
    if session.get_bind().dialect.name != "postgresql":
        batch = [dict(zip(columns, row, strict=True)) for row in rows]
        if batch:
            statement = sqlite.insert(target)
            session.execute(_on_conflict(statement, key, updated), batch)
        return len(batch)
    staging = f"staging_{target.name}"
    chosen = [target.c[name] for name in columns]
    shape = ", ".join(str(CreateColumn(Column(c.name, c.type)).compile(dialect=_POSTGRES)) for c in chosen)
    connection = session.connection()
    connection.exec_driver_sql(f'CREATE TEMP TABLE "{staging}" ({shape}) ON COMMIT DROP')
    count = _copy(session, staging, chosen, rows)
    source = table(staging, *[Column(c.name, c.type) for c in chosen])
    session.execute(_on_conflict(postgresql.insert(target).from_select(list(columns), select(source)), key, updated))
    connection.exec_driver_sql(f'DROP TABLE "{staging}"')
    return count


def _on_conflict(statement: Any, key: Sequence[str], updated: Sequence[str]) -> Any:
    if not updated:
        return statement.on_conflict_do_nothing(index_elements=list(key))
    return statement.on_conflict_do_update(index_elements=list(key), set_={name: statement.excluded[name] for name in updated})


def _copy(session: WriteSession, name: str, columns: Sequence[Column[Any]], rows: Iterable[Row]) -> int:
    session.flush()
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    dialect = session.get_bind().dialect
    types = [column.type.dialect_impl(dialect) for column in columns]
    bind: list[Callable[[Any], Any] | None] = [type_.bind_processor(dialect) for type_ in types]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(name), sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    )
    count = 0
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([_type_name(column, dialect) for column in columns])
        for row in rows:
            copy.write_row([value if to is None else to(value) for to, value in zip(bind, row, strict=True)])
            count += 1
    return count


def _type_name(column: Column[Any], dialect: Any) -> str:
    declared = column.type.compile(dialect=dialect).split("(")[0].lower().strip()
    return {
        "timestamp with time zone": "timestamptz",
        "integer": "int4",
        "bigint": "int8",
        "smallint": "int2",
        "boolean": "bool",
        "double precision": "float8",
        "timestamp": "timestamptz",
    }.get(declared, declared)
