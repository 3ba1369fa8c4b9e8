"""A restored database is compared with the log thing by thing: every kind of thing that is told of has to be known for that."""

from importlib import import_module

from services.composition.definitions import definitions
from shared.events.contract import registry

COUNTED = "tally"
"""A tally is a thing of its own each time; no database keeps it, and none is lost with one."""


def test_every_kind_of_thing_that_a_service_tells_of_names_its_table() -> None:
    for each in definitions():
        import_module(f"shared.contracts.{each.name}")
    told: dict[str, set[str]] = {}
    for event in registry().values():
        if event.aggregate() != COUNTED and event.service in {"trainees", "employers", "matching", "reporting"}:
            told.setdefault(event.service, set()).add(event.aggregate())
    assert {each.name: set(each.aggregates) for each in definitions()} == told
    for each in definitions():
        for table in each.aggregate_tables().values():
            assert {"id", "version"} <= set(table.c.keys()), table.name
