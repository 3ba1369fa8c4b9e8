"""Lists in pages: keyset paging with opaque cursors, and a Link to the next page (RFC 8288)."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import orjson
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from starlette.requests import Request

from shared.crypto import Cipher, Unreadable
from shared.db import ReadSession
from shared.errors import N_, FieldError, Invalid
from shared.http.refusals import BadCursor

T = TypeVar("T")
DEFAULT_LIMIT: Final = 50
MOST: Final = 500
_LONGEST_CURSOR: Final = 2000
_OURS: Final = frozenset({"limit", "cursor", "count"})
_TAGS: Final[Mapping[type, str]] = {datetime: "t", date: "d", UUID: "u", Decimal: "n"}
_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "u": UUID,
    "n": Decimal,
}


class Listing(BaseModel, Generic[T]):
    """A page of a list, in a stable order."""

    items: list[T]
    next: str | None = Field(default=None, description="cursor of the next page; null on the last one")
    total: int | None = Field(default=None, description="how many there are on all pages, with ?count=true")


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """What a query found for one page. Rendered through `Listing[...]`."""

    items: Sequence[T]
    next: str | None = None
    total: int | None = None


class Page:
    """The page that a caller asks for: `?limit=&cursor=&sort=&count=`.

    A cursor is encrypted and bound to the caller, the path, the order and the filters: it opens nothing else.
    """

    def __init__(self, request: Request, *, caller: str, cipher: Cipher) -> None:
        query = request.query_params
        self.limit = _limit(query.get("limit"))
        self.count = _flag("count", query.get("count"))
        self.sort = query.get("sort")
        self._cursor = query.get("cursor")
        self._cipher = cipher
        self._path = request.url.path
        self._query = request.url.query
        filters = sorted((name, value) for name, value in query.multi_items() if name not in _OURS)
        self._about = orjson.dumps([caller, self._path, filters])

    def fetch(
        self,
        session: ReadSession,
        statement: Select[Any],
        *,
        key: Sequence[Any],
        sorts: Mapping[str, Any] | None = None,
    ) -> Rows[Any]:
        """The rows of this page, ordered by `key`, whose columns are never null and together unique.

        `?sort=name` or `?sort=-name` puts the column of that name in `sorts` before `key`; `-` turns the whole order round.
        A statement over one entity gives entities, any other gives dicts. Raises BadCursor, and Invalid for an unknown sort.
        """
        columns, descending = self._order(key, sorts or {})
        bounded = statement.add_columns(*columns).order_by(*[c.desc() if descending else c.asc() for c in columns])
        after = self._position(columns)
        if after is not None:
            position, mark = tuple_(*columns), tuple_(*after)
            bounded = bounded.where(position < mark if descending else position > mark)
        found = session.execute(bounded.limit(self.limit + 1)).all()
        page = found[: self.limit]
        more = len(found) > self.limit
        return Rows(
            items=_items(statement, page, len(columns)),
            next=self._seal(page[-1][-len(columns) :]) if more else None,
            total=self.total(session, statement) if self.count else None,
        )

    def after(self, width: int) -> list[Any] | None:
        """For lists that are not a statement's: the `width` values that were given to `cursor`, on pages after the first.

        Raises BadCursor.
        """
        values = self._opened(width)
        return None if values is None else [_unpacked(value) for value in values]

    def cursor(self, values: Sequence[Any]) -> str:
        """The cursor of the page that begins after `values`."""
        return self._seal(values)

    def total(self, session: ReadSession, statement: Select[Any]) -> int:
        """How many rows the statement has on all pages."""
        count = select(func.count()).select_from(statement.order_by(None).subquery())
        return int(session.execute(count).scalar_one())

    def link(self, cursor: str) -> str:
        """The Link header's value for the next page."""
        pairs = [(name, value) for name, value in parse_qsl(self._query, keep_blank_values=True) if name != "cursor"]
        return f'<{self._path}?{urlencode([*pairs, ("cursor", cursor)])}>; rel="next"'

    def _order(self, key: Sequence[Any], sorts: Mapping[str, Any]) -> tuple[list[ColumnElement[Any]], bool]:
        if self.sort is None:
            return list(key), False
        name = self.sort.removeprefix("-")
        if name not in sorts:
            raise Invalid(FieldError("sort", "not_a_choice", N_("Must be one of: {expected}."), {"expected": ", ".join(sorts)}))
        return [sorts[name], *key], self.sort.startswith("-")

    def _seal(self, values: Sequence[Any]) -> str:
        plain = orjson.dumps([_packed(value) for value in values])
        return base64.urlsafe_b64encode(self._cipher.seal(plain, about=self._about)).decode().rstrip("=")

    def _position(self, columns: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]] | None:
        values = self._opened(len(columns))
        if values is None:
            return None
        return [literal(_unpacked(value), column.type) for column, value in zip(columns, values, strict=True)]

    def _opened(self, width: int) -> list[Any] | None:
        if self._cursor is None:
            return None
        if len(self._cursor) > _LONGEST_CURSOR:
            raise BadCursor
        try:
            sealed = base64.urlsafe_b64decode(self._cursor + "=" * (-len(self._cursor) % 4))
            values = orjson.loads(self._cipher.open(sealed, about=self._about))
        except (Unreadable, binascii.Error, ValueError):
            raise BadCursor from None
        if len(values) != width:
            raise BadCursor
        return list(values)


def _packed(value: Any) -> Any:
    """A value as JSON: itself, or its tag and its text."""
    tag = _TAGS.get(type(value))
    return [tag, value.isoformat() if isinstance(value, date) else str(value)] if tag else value


def _unpacked(value: Any) -> Any:
    return _READERS[value[0]](value[1]) if isinstance(value, list) else value


def _items(statement: Select[Any], rows: Sequence[Any], extra: int) -> list[Any]:
    names = [description["name"] for description in statement.column_descriptions]
    if len(names) == 1:
        return [row[0] for row in rows]
    return [dict(zip(names, row[:-extra], strict=True)) for row in rows]


def _limit(given: str | None) -> int:
    if given is None:
        return DEFAULT_LIMIT
    if not (given.isascii() and given.isdigit() and len(given) <= 4 and 1 <= int(given) <= MOST):
        raise Invalid(FieldError("limit", "out_of_range", N_("Must be a whole number from 1 to {most}."), {"most": MOST}))
    return int(given)


def _flag(name: str, given: str | None) -> bool:
    if given not in (None, "true", "false"):
        raise Invalid(FieldError(name, "not_boolean", N_("Must be true or false.")))
    return given == "true"


PARAMETERS: Final[Sequence[dict[str, Any]]] = (
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}},
    {"name": "cursor", "in": "query", "schema": {"type": "string", "maxLength": _LONGEST_CURSOR}},
    {"name": "sort", "in": "query", "schema": {"type": "string"}, "description": "a field, with - before it downwards"},
    {"name": "count", "in": "query", "schema": {"type": "boolean", "default": False}, "description": "count all pages"},
)
