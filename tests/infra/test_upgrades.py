"""Two releases run side by side during an upgrade: schemas only grow, and events are read in the older and the newer shape."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from infra.docs.interfaces.samples import sample
from services.composition.definitions import definition
from shared.db import Database
from shared.events.contract import Event, registry
from shared.settings import SERVICES

Columns = dict[str, dict[str, Any]]

BEFORE_THE_RULE: dict[str, set[str]] = {
    "employers": {"position_skill.state is gone", "position_skill.seats is gone"},
    "reporting": {"fact.step is new and must be given"},
}
"""What narrowed a schema before there was a release whose processes could have run beside it."""


def _schemas(service: str, folder: Path) -> Iterator[tuple[str, dict[str, Columns]]]:
    """Every migration of a service in order, with the tables and columns that it leaves."""
    scripts = definition(service).migrations
    database = Database(f"sqlite:///{folder / service}.db", service=service)
    steps = list(ScriptDirectory(str(scripts)).walk_revisions())[::-1]
    try:
        for step in steps:
            with database.writer.connect() as connection:
                config = Config()
                config.set_main_option("script_location", str(scripts))
                config.attributes["connection"] = connection
                command.upgrade(config, step.revision)
                connection.commit()
                inspector = inspect(connection)
                yield (
                    step.revision,
                    {name: {c["name"]: dict(c) for c in inspector.get_columns(name)} for name in inspector.get_table_names()},
                )
    finally:
        database.close()


def _narrowed(before: dict[str, Columns], after: dict[str, Columns]) -> Iterator[str]:
    """What a process of the release before would stumble over."""
    for table, columns in before.items():
        if table not in after:
            yield f"{table} is gone"
            continue
        for name, column in columns.items():
            now = after[table].get(name)
            if now is None:
                yield f"{table}.{name} is gone"
            elif column["nullable"] and not now["nullable"]:
                yield f"{table}.{name} must be given"
            elif str(column["type"]).split("(")[0] != str(now["type"]).split("(")[0]:
                yield f"{table}.{name} is {now['type']}, was {column['type']}"
        for name in after[table].keys() - columns.keys():
            column = after[table][name]
            if not column["nullable"] and column["default"] is None:
                yield f"{table}.{name} is new and must be given"


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_a_migration_takes_nothing_from_the_release_before_it(service: str, tmp_path: Path) -> None:
    before: dict[str, Columns] = {}
    found: dict[str, list[str]] = {}
    for revision, after in _schemas(service, tmp_path):
        if narrowed := [each for each in _narrowed(before, after) if each not in BEFORE_THE_RULE.get(service, set())]:
            found[revision] = narrowed
        before = after
    assert found == {}, "expand first; contract in a release after the last one that needs it"


def _events() -> list[type[Event]]:
    for service in SERVICES:
        import_module(f"shared.contracts.{service}")
    return sorted((each for each in registry().values() if each.service in SERVICES), key=lambda each: each.type())


def test_an_event_without_what_is_optional_and_one_with_more_are_read_alike() -> None:
    events = _events()
    assert len(events) > 60
    for event in events:
        content = sample(event)
        old = {name: value for name, value in content.items() if event.model_fields[name].is_required()}
        event.model_validate(old)
        newer = event.model_validate({**content, "added_by_a_later_release": {"anything": [1]}})
        assert newer == event.model_validate(content), event.type()
