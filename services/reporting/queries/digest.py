"""A fingerprint of a generation: equal ones hold the same rows, however and in whatever order they were made."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlalchemy import select

from services.reporting.tables import PROJECTED
from shared.db import ReadSession

_HOW_IT_WAS_MADE: Final = ("generation", "batch", "closed_in")


@dataclass(frozen=True, slots=True)
class Digest:
    """SHA-256 over every row of every projected table in the order of their keys, the generation left out, and the counts."""

    sha256: str
    rows: Mapping[str, int]


def facts_digest(session: ReadSession, generation: int) -> Digest:
    """The fingerprint of everything that one generation holds. Reads it all."""
    total = sha256()
    counts: dict[str, int] = {}
    for table in PROJECTED:
        columns = [column for column in table.columns if column.name not in _HOW_IT_WAS_MADE]
        key = [column for column in table.primary_key if column.name != "generation"]
        rows = session.execute(
            select(*columns).where(table.c.generation == generation).order_by(*key), execution_options={"yield_per": 5000}
        )
        counts[table.name] = 0
        total.update(table.name.encode())
        for row in rows:
            total.update(_bytes(row))
            counts[table.name] += 1
    return Digest(total.hexdigest(), counts)


def _bytes(row: Any) -> bytes:
    return orjson.dumps(tuple(row), option=orjson.OPT_UTC_Z)
