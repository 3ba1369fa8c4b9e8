"""The least that stores what a roster leaves: the bytes that PostgreSQL gave of these very rows, copied into the same tables.

With their keys, indexes and references; nothing is computed, not even what the rows are.
"""

from collections.abc import Sequence
from time import perf_counter
from typing import Self

import psycopg
from psycopg import sql


class Left:
    """Everything that stands in some tables, as PostgreSQL's own binary copy of it."""

    def __init__(self, content: dict[str, bytes], many: set[str]) -> None:
        self._content = content
        self._many = many

    @classmethod
    def of(cls, url: str, tables: Sequence[str], *, many: int) -> Self:
        """`tables` in the order in which they refer to each other; those of at least `many` rows are what is measured."""
        content, measured = {}, set()
        with psycopg.connect(_plain(url)) as connection, connection.cursor() as cursor:
            for table in tables:
                with cursor.copy(sql.SQL("COPY {} TO STDOUT (FORMAT BINARY)").format(sql.Identifier(table))) as copy:
                    content[table] = b"".join(bytes(part) for part in copy)
                if cursor.rowcount >= many:
                    measured.add(table)
        return cls(content, measured)

    def copy_back(self, url: str) -> float:
        """Seconds from the first of many rows sent to the commit. What there is little of is there before."""
        with psycopg.connect(_plain(url)) as connection:
            connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, self._content))))
            self._copy(connection, many=False)
            connection.commit()
            started = perf_counter()
            self._copy(connection, many=True)
            connection.commit()
            return perf_counter() - started

    def _copy(self, connection: "psycopg.Connection[tuple[object, ...]]", *, many: bool) -> None:
        for table, rows in self._content.items():
            if (table in self._many) is many:
                statement = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table))
                with connection.cursor() as cursor, cursor.copy(statement) as copy:
                    copy.write(rows)


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")
