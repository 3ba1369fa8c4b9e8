"""The facts by column: whatever is asked of whichever moment, they say what the database says."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.reporting.domain.values import IMMATURE
from services.reporting.indicators import CATALOGUE, Indicator, Scope
from services.reporting.queries.columns import INFO, FactColumns
from services.reporting.queries.counts import counts_on
from services.reporting.queries.explain import explain
from services.reporting.queries.passport import details, how_long_on, matures_on
from services.reporting.queries.values import question
from shared.db import Database, ReadSession
from tests.reporting.happenings import Happenings
from tests.reporting.histories import Histories

DAYS = {"then": date(2020, 3, 31), "later": date(2020, 5, 20), "ripe": date(2022, 1, 31)}


def everything_asked(session: ReadSession, scope: Scope, chance: random.Random) -> Iterator[tuple[Any, Any]]:
    """Of a few definitions, what can be asked of them: counts by a dimension, how long things take, what changed."""
    for indicator in chance.sample(list(CATALOGUE.values()), 4):
        by = tuple(chance.sample(indicator.dimensions, min(len(indicator.dimensions), chance.choice((0, 1, 2)))))
        asked = replace(scope, by=by)
        yield (indicator.id, by), counts_on(session, indicator, asked, DAYS)
        yield (indicator.id, "days", by), how_long_on(session, indicator, asked, DAYS)
        if IMMATURE in indicator.exclusions:
            yield (indicator.id, "ripe"), matures_on(session, indicator, scope)
        if indicator.details:
            yield (indicator.id, "details"), details(session, indicator, scope)
        yield (indicator.id, "changes"), _steps(session, indicator, scope)


def _steps(session: ReadSession, indicator: Indicator, scope: Scope) -> Any:
    before = replace(scope, as_of=DAYS["then"], known_at=scope.known_at - timedelta(seconds=40))
    found = explain(session, indicator, before, scope, name_things=True)
    return sorted((str(step), step.things) for step in found.steps), found.before.counts, found.after.counts


def both(database: Database, columns: FactColumns, world: Happenings, seed: int) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """What the database says, and what is said where the copy may answer."""
    moment = world.clock - timedelta(seconds=random.Random(seed).randrange(200))
    told = []
    for info in (None, columns):
        database.know(**{INFO: info})
        with database.read() as session:
            scope = replace(question(session, staff=True), as_of=DAYS["ripe"], known_at=moment, newest=False)
            told.append(dict(everything_asked(session, scope, random.Random(seed))))
    return told[0], told[1]


@pytest.mark.slow
def test_the_copy_by_column_says_what_the_database_says(world: Happenings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made of what there is, and then kept level by what each batch brought and closed."""
    columns = FactColumns(world.database, worth_it=0)
    histories = Histories(world, random.Random(5))
    histories.begin()
    for _ in range(3):
        histories.go_on()
    columns.fill()
    monkeypatch.setattr(columns, "_fill_beside", lambda: pytest.fail("the copy was given up"))
    for seed in range(2):
        histories.go_on()
        by_database, by_column = both(world.database, columns, world, seed)
        assert by_column == by_database
    columns.close()
