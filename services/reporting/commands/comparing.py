"""Keeps what came of computing every figure a second time, so that the page of the data can say it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import delete, select

from services.reporting.tables import COMPARISON, Comparison
from shared.clock import now
from shared.db import WriteSession

MOST_FINDINGS: Final = 100
MOST_RUNS: Final = 100


def keep_comparison(
    session: WriteSession,
    *,
    figures: int,
    aggregates: int,
    records: int,
    waiting: Mapping[str, int],
    findings: Sequence[Mapping[str, Any]],
) -> None:
    """Keep one run, with the first of what differed; the oldest runs are forgotten."""
    said = [{name: str(value) for name, value in each.items()} for each in findings[:MOST_FINDINGS]]
    found: dict[str, Any] = {"differences": len(findings), "findings": said, "waiting": dict(waiting)}
    session.add(Comparison(ran_at=now(), figures=figures, aggregates=aggregates, records=records, **found))
    session.flush()
    newest = select(COMPARISON.c.id).order_by(COMPARISON.c.ran_at.desc(), COMPARISON.c.id).limit(MOST_RUNS)
    session.execute(delete(COMPARISON).where(COMPARISON.c.id.not_in(newest)))
