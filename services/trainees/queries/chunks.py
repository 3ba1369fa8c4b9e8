"""Looking up many things by their keys: in a few statements, whatever their number."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Select

from shared.db import ReadSession

V = TypeVar("V")
CHUNK: Final = 5_000


def in_chunks(session: ReadSession, values: Sequence[V], statement: Callable[[Sequence[V]], Select[Any]]) -> Iterator[Any]:
    """The rows of `statement(part)` for one part of `values` after the other."""
    for start in range(0, len(values), CHUNK):
        yield from session.execute(statement(values[start : start + CHUNK]))
