"""A copy of tables by column, for questions that look at everything: the same statements, answered by DuckDB."""

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, Date, Integer, Result, Select, Table, Uuid
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData

from shared.db.session import ReadSession
from shared.db.types import UTCDateTime

NULL: Final = r"\N"
MEMORY: Final = "512MB"  # beyond it DuckDB works on disk
_CHUNK: Final = 2000


class ColumnarDialect(PGDialect):
    """DuckDB speaks PostgreSQL's SQL, with parameters by their place."""

    name = "duckdb"
    supports_statement_cache = False

    def __init__(self) -> None:
        super().__init__(paramstyle="qmark")  # type: ignore[no-untyped-call]


class Columnar:
    """Tables in a file of their own, which is gone with the process. Not safe between threads: who shares it holds a lock."""

    def __init__(self, tables: Iterable[Table]) -> None:
        import duckdb

        self._folder = tempfile.TemporaryDirectory(prefix="hustar-columns-")
        limits: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "temp_directory": str(self._path("spill")),
            "preserve_insertion_order": "false",
        }
        self._connection = duckdb.connect(str(self._path("columns.duckdb")), config=limits)
        self._dialect = ColumnarDialect()
        for table in tables:
            columns = ", ".join(f'"{column.name}" {_type(column)}' for column in table.columns)
            self._connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
            self._connection.execute(f'CREATE TABLE "new_{table.name}" ({columns})')

    def execute(self, statement: Select[Any], given: Mapping[str, Any] | None = None) -> Result[*tuple[Any, ...]]:
        """What the statement finds, all of it; the types are those that the database itself would answer with."""
        asked = statement.compile(dialect=self._dialect).construct_expanded_state(given)
        found = self._connection.execute(asked.statement, [_parameter(value) for value in asked.positional_parameters])
        names = [column[0] for column in found.description or ()]
        return IteratorResult(SimpleResultMetaData(names), iter(found.fetchall()))

    def take(self, session: ReadSession, table: Table, where: str, given: Mapping[str, Any], *, replacing: bool = False) -> None:
        """Copy the rows that are so: `replacing` those with the same key."""
        path = self._path("rows.csv")
        with path.open("w", newline="", encoding="utf-8") as file:
            _write(session, table, where, given, file)
        if path.stat().st_size == 0:
            return
        key = " AND ".join(f't."{column.name}" = n."{column.name}"' for column in table.primary_key)
        new = f'"new_{table.name}"'
        run = self._connection.execute
        run("BEGIN")
        told = f"FORMAT csv, HEADER false, AUTO_DETECT false, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '{NULL}'"
        run(f"COPY {new} FROM '{path}' ({told})")
        if replacing:
            run(f'DELETE FROM "{table.name}" t USING {new} n WHERE {key}')  # noqa: S608 - our own names
        run(f'INSERT INTO "{table.name}" SELECT * FROM {new}')  # noqa: S608 - our own names
        run(f"DELETE FROM {new}")  # noqa: S608 - our own names
        run("COMMIT")
        path.unlink()

    def close(self) -> None:
        """Give back the memory and the file."""
        self._connection.close()
        self._folder.cleanup()

    def _path(self, name: str) -> Path:
        return Path(self._folder.name) / name


def _write(session: ReadSession, table: Table, where: str, given: Mapping[str, Any], file: Any) -> None:
    """Rows as CSV: by COPY on PostgreSQL, by the driver's own cursor on SQLite."""
    driver = session.connection().connection.driver_connection
    assert driver is not None
    if session.get_bind().dialect.name == "postgresql":
        from psycopg import sql

        columns = ", ".join(_in_utc(column) for column in table.columns)
        said = where
        for name, value in given.items():
            said = said.replace(f":{name}", sql.Literal(value).as_string(driver))
        with driver.cursor() as cursor:
            rows = f"SELECT {columns} FROM {table.name} WHERE {said}"  # noqa: S608 - our own names, and literals of the driver
            with cursor.copy(f"COPY ({rows}) TO STDOUT (FORMAT csv, NULL '{NULL}')".encode()) as copied:
                for part in copied:
                    file.write(bytes(part).decode())
        return
    columns = ", ".join(f"ifnull({column.name}, '{NULL}')" for column in table.columns)
    cursor = driver.cursor()
    cursor.execute(f"SELECT {columns} FROM {table.name} WHERE {where}", dict(given))  # noqa: S608 - our own names
    writer = csv.writer(file)
    while rows := cursor.fetchmany(_CHUNK):
        writer.writerows(rows)
    cursor.close()


def _in_utc(column: Column[Any]) -> str:
    return f"{column.name} AT TIME ZONE 'UTC'" if isinstance(column.type, UTCDateTime) else column.name


def _type(column: Column[Any]) -> str:
    kinds: Sequence[tuple[type[Any], str]] = (
        (Uuid, "UUID"),
        (Integer, "INTEGER"),
        (UTCDateTime, "TIMESTAMP"),
        (Date, "DATE"),
    )
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "VARCHAR")


def _parameter(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
