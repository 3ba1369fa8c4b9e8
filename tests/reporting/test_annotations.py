"""Notes on days: who may add and remove them, what they say, and which of them are shown as of when."""

from datetime import date
from uuid import uuid4

import httpx

from services.reporting.queries.annotations import notes_between
from shared.clock import now
from shared.db import Database
from tests.reporting.serving import Site

NOTE = {"on": "2026-03-02", "text_ko": "5기 개강", "text_en": "The fifth cohort begins", "indicator": "talents_trained"}
PATH = "/api/v1/annotations"


def add(client: httpx.Client, **changes: object) -> httpx.Response:
    return client.post(PATH, json={**NOTE, **changes}, headers={"Idempotency-Key": str(uuid4())})


def test_a_note_is_added_shown_and_removed(strict_site: Site, light_database: Database) -> None:
    with strict_site.client("program-manager") as manager, strict_site.client("executive") as executive:
        made = add(manager)
        assert made.status_code == 201
        assert executive.get(made.headers["location"]).json()["text_ko"] == "5기 개강"
        add(manager, indicator=None, on="2026-04-01")
        assert [each["on"] for each in executive.get(PATH).json()["items"]] == ["2026-03-02", "2026-04-01"]
        assert len(executive.get(PATH, params={"indicator": "talents_trained"}).json()["items"]) == 1
        while_shown = now()
        assert manager.delete(made.headers["location"]).status_code == 204
        assert manager.delete(made.headers["location"]).status_code == 204
        assert executive.get(made.headers["location"]).status_code == 404
        assert [each["on"] for each in executive.get(PATH).json()["items"]] == ["2026-04-01"]
    year = (date(2026, 1, 1), date(2026, 12, 31))
    with light_database.read() as session:
        shown = notes_between(session, *year, indicator="talents_trained", known_at=while_shown)
        assert [each.on.month for each in shown] == [3, 4]
        assert [each.on.month for each in notes_between(session, *year, indicator="talents_trained", known_at=now())] == [4]
        assert [each.on.month for each in notes_between(session, *year, goal="some-goal", known_at=while_shown)] == [4]


def test_only_those_who_run_the_program_note_and_only_what_there_is(strict_site: Site) -> None:
    with strict_site.client("executive") as executive, strict_site.client("program-manager") as manager:
        assert add(executive).status_code == 403
        wrong = add(manager, indicator="happiness", goal="paradise")
        assert (wrong.status_code, [each["pointer"] for each in wrong.json()["errors"]]) == (422, ["/indicator", "/goal"])
        assert manager.delete(f"{PATH}/{uuid4()}").status_code == 404
