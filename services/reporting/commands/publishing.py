"""Publishes breakdowns by personal attributes: once a month, and only what lets nobody compute a small number."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, select

from services.reporting.domain.small_cells import Cell, hidden, may_follow
from services.reporting.indicators import Indicator, Scope, current
from services.reporting.indicators.dimensions import personal
from services.reporting.queries.counts import counts_now
from services.reporting.queries.freshness import live_generation
from services.reporting.queries.published import is_published
from services.reporting.tables import PUBLICATION
from shared.clock import now, today
from shared.db import Database, ReadSession, WriteSession
from shared.db.bulk import bulk_insert

_COLUMNS = tuple(column.name for column in PUBLICATION.columns)


def publish_tables(database: Database) -> int:
    """Publish what the month that ended last was like, where that may be; how many tables. Safe to run twice, and anywhere."""
    on = today().replace(day=1) - timedelta(days=1)
    with database.read() as session:
        tables = [row for indicator in current().values() if is_published(indicator) for row in _tables(session, indicator, on)]

    def unit(writing: WriteSession) -> int:
        with database.claim(writing, "reporting-publications") as free:
            new = [row for row in tables if free and not _is_published_already(writing, row)]
            return bulk_insert(writing, PUBLICATION, _COLUMNS, [[row[name] for name in _COLUMNS] for row in new])

    return database.run(unit, idempotent=True) if tables else 0


def _tables(session: ReadSession, indicator: Indicator, on: date) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for dimension in personal(indicator.dimensions):
        key = {"indicator": indicator.id, "version": indicator.version, "dimension": dimension, "on": on}
        if _is_published_already(session, key):
            continue
        table = _cells(session, indicator, dimension, on)
        before = _last(session, key)
        if not any(sum(cell.kinds) for cell in table.values()) or (before is not None and not may_follow(before, table)):
            continue
        cells = [[member, cell.numerator, cell.denominator] for member, cell in table.items()]
        hide = sorted(hidden(table), key=str)
        found.append({**key, "published_at": now(), "cells": cells, "hidden": hide})
    return found


def _cells(session: ReadSession, indicator: Indicator, dimension: str, on: date) -> dict[Any, Cell]:
    scope = Scope(live_generation(session), on, now(), by=(dimension,), newest=True, staff=True)
    counts = counts_now(session, indicator, scope)
    return {member: Cell(each.numerator, each.denominator) for (member,), each in sorted(counts.items(), key=str)}


def _last(session: ReadSession, key: Mapping[str, Any]) -> dict[Any, Cell] | None:
    same = [PUBLICATION.c[name] == key[name] for name in ("indicator", "version", "dimension")]
    statement = select(PUBLICATION.c.cells).where(*same).order_by(PUBLICATION.c.on.desc()).limit(1)
    cells = session.execute(statement).scalar_one_or_none()
    return None if cells is None else {member: Cell(numerator, denominator) for member, numerator, denominator in cells}


def _is_published_already(session: ReadSession, key: Mapping[str, Any]) -> bool:
    same = [PUBLICATION.c[name] == key[name] for name in ("indicator", "version", "dimension", "on")]
    return bool(session.execute(select(exists().where(*same))).scalar_one())
