"""Many rows at once: binary COPY on PostgreSQL, executemany on SQLite, behind one function each."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
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
from sqlalchemy.types import NullType, TypeEngine, UserDefinedType

from shared.db.session import ReadSession, WriteSession
from shared.db.storing import Row, conversions, converted, copy_rows, insert_many

FEW: Final = 2000  # up to so many rows an array per column costs less than a table that is made for the moment
_POSTGRES: Final[Dialect] = registry.load("postgresql")()


def among(session: ReadSession, wanted: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a column is one of `values`: one parameter on PostgreSQL, where a thousand cost more than the query itself."""
    if session.get_bind().dialect.name == "postgresql":
        return wanted == any_(_array(values, wanted.type))
    return wanted.in_(values)


def _array(values: Sequence[Any], type_: TypeEngine[Any]) -> ColumnElement[Any]:
    if isinstance(type_, LargeBinary):  # written by hand: the driver takes ten times as long for thousands of hashes
        said = ",".join([f'"\\\\x{each.hex()}"' for each in values])
        # Without a type of its own it is the array itself to PostgreSQL; a text would be cast anew for each row it looks at.
        return cast(literal(f"{{{said}}}", NullType()), ARRAY(type_))
    return literal(list(values), ARRAY(type_))


def each_of(session: ReadSession, statement: Select[Any], key: Column[Any], values: Sequence[Any]) -> Select[Any]:
    """The rows of `statement` whose `key` is one of `values`, found through the key's index, one probe for each value.

    PostgreSQL, as long as it has not analysed a table, would rather read all of it that the other conditions leave.
    """
    if session.get_bind().dialect.name != "postgresql":
        return statement.where(key.in_(values))
    array = _array(values, key.type)
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
    """Insert `rows`, whose values stand in the order of `columns`, and return how many. A duplicate key raises.

    An id may be given as its 16 bytes: of tens of thousands, to make each one costs as much as to store it.
    """
    if session.get_bind().dialect.name == "postgresql":
        return copy_rows(session, target.name, [target.c[name] for name in columns], rows)
    return insert_many(session, plain_insert(target), columns, rows)


def bulk_upsert(session: WriteSession, target: Table, columns: Sequence[str], rows: Iterable[Row], *, key: Sequence[str]) -> int:
    """Insert `rows`, or replace the other columns of those whose `key` is there already. A key may occur once in `rows`."""
    updated = [name for name in columns if name not in key]
    if session.get_bind().dialect.name != "postgresql":
        return insert_many(session, _on_conflict(sqlite.insert(target), key, updated), columns, rows)
    chosen = [target.c[name] for name in columns]
    remaining = iter(rows)
    first = list(islice(remaining, FEW + 1))
    if len(first) <= FEW:
        return _upsert_few(session, target, chosen, first, key=key, updated=updated)
    staging = f"staging_{target.name}"
    shape = ", ".join(str(CreateColumn(Column(c.name, c.type)).compile(dialect=_POSTGRES)) for c in chosen)
    connection = session.connection()
    connection.exec_driver_sql(f'CREATE TEMP TABLE "{staging}" ({shape}) ON COMMIT DROP')
    count = copy_rows(session, staging, chosen, chain(first, remaining))
    source = table(staging, *[Column(c.name, c.type) for c in chosen])
    session.execute(_on_conflict(postgresql.insert(target).from_select(list(columns), select(source)), key, updated))
    connection.exec_driver_sql(f'DROP TABLE "{staging}"')
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
        values = zip(*converted(rows, conversions(columns, dialect)), strict=True)
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


class _ArrayOf(UserDefinedType[Any]):
    """An array whose values are converted for the driver already; those of JSON may be lists themselves."""

    cache_ok = True

    def __init__(self, element: str) -> None:
        self.element = element

    def get_col_spec(self, **_given: Any) -> str:
        return f"{self.element}[]"
