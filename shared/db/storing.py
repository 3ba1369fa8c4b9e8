"""How tens of thousands of rows reach the database: one COPY in binary, or the driver's own executemany."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.types.string import BytesBinaryDumper
from sqlalchemy import JSON, Boolean, Column, Date, Dialect, LargeBinary, Uuid

from shared.db.session import WriteSession

Row = Sequence[Any]
Convert = Callable[[Any], Any]
_BATCH: Final = 5000
_NOTHING: Final = object()


def copy_rows(session: WriteSession, name: str, columns: Sequence[Column[Any]], rows: Iterable[Row]) -> int:
    """COPY rows into the table of that name on PostgreSQL, and return how many there were."""
    session.flush()
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    forms = [_copied(each, session.get_bind().dialect) for each in columns]
    converts = [(place, convert) for place, (_, convert) in enumerate(forms) if convert is not None]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(name), sql.SQL(", ").join(sql.Identifier(each.name) for each in columns)
    )
    count = 0
    with driver.cursor() as cursor:
        cursor.adapters.register_dumper(bytes, BytesBinaryDumper)  # the compiled one: else what also takes other kinds is asked
        with cursor.copy(statement) as copy:
            copy.set_types([type_ for type_, _ in forms])
            for row in converted(rows, converts):
                copy.write_row(row)
                count += 1
    return count


def insert_many(session: WriteSession, statement: Any, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Run an INSERT once for each row, thousands in one call of the driver, and return how many rows there were."""
    dialect = session.get_bind().dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    remaining, count = iter(rows), 0
    if sorted(compiled.positiontup) != sorted(columns):  # the others have defaults that are made for each row
        while named := [dict(zip(columns, row, strict=True)) for row in islice(remaining, _BATCH)]:
            session.execute(statement, named)
            count += len(named)
        return count
    session.flush()
    table = compiled.statement.table
    processors = {name: _bound(table.c[name], dialect) for name in columns}
    order = [columns.index(name) for name in compiled.positiontup]
    converts = [(place, convert) for place, name in enumerate(columns) if (convert := processors[name]) is not None]
    connection, said = session.connection(), str(compiled)
    while batch := [tuple([row[place] for place in order]) for row in converted(islice(remaining, _BATCH), converts)]:
        connection.exec_driver_sql(said, batch)
        count += len(batch)
    return count


def conversions(columns: Sequence[Column[Any]], dialect: Dialect) -> list[tuple[int, Convert]]:
    """Which values must be converted for the driver as parameters of a statement, by their place in a row. Most need not be."""
    processors = [_processor(each, dialect) for each in columns]
    return [(place, processor) for place, processor in enumerate(processors) if processor is not None]


def converted(rows: Iterable[Row], converts: Sequence[tuple[int, Convert]]) -> Iterator[list[Any]]:
    """The rows with these conversions done."""
    for row in rows:
        values = list(row)
        for place, convert in converts:
            values[place] = convert(values[place])
        yield values


def _processor(column: Column[Any], dialect: Dialect) -> Convert | None:
    # Bytes and truth values are what they are; SQLAlchemy would wrap and check each one of them.
    if isinstance(column.type, LargeBinary | Boolean):
        return None
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _bound(column: Column[Any], dialect: Dialect) -> Convert | None:
    """What makes a value of SQLite's driver of ours."""
    if isinstance(column.type, Uuid):
        return lambda value: value.hex() if type(value) is bytes else None if value is None else value.hex
    if isinstance(column.type, Date):
        return lambda value: None if value is None else value.isoformat()
    return _remembering(column, _processor(column, dialect))


def _copied(column: Column[Any], dialect: Dialect) -> tuple[str, Convert | None]:
    """As what a column's values are copied, and what makes them so."""
    if isinstance(column.type, Uuid):
        return "bytea", lambda value: value if type(value) is bytes or value is None else value.bytes
    if isinstance(column.type, JSON):
        return "text", _json_text(column.type)
    return _type_name(column, dialect), _remembering(column, _processor(column, dialect))


def _json_text(type_: JSON) -> Convert:
    """Its text, as which it is copied anyway: the driver would wrap each value and take it for one that may need anything."""
    empty = None if type_.none_as_null else "null"

    def text_of(value: Any) -> str | None:
        if value is None or value is JSON.NULL:
            return empty
        return json.dumps(value) if value != [] else "[]"  # as most are, of the rows that nothing is to be said of

    return text_of


def _remembering(column: Column[Any], convert: Convert | None) -> Convert | None:
    """The same, asked only once where many rows in a row have the very same value. Those of JSON may change meanwhile."""
    if convert is None or isinstance(column.type, JSON):
        return convert
    last, made = _NOTHING, None

    def remembered(value: Any) -> Any:
        nonlocal last, made
        if value is not last:
            last, made = value, convert(value)
        return made

    return remembered


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
