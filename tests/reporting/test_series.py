"""Figures over time and by groups, what is behind them, and why they moved."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from services.reporting.domain.periods import Period, last_days
from services.reporting.indicators import current
from services.reporting.queries.explain import explain
from services.reporting.queries.series import series_of
from services.reporting.queries.values import question
from shared.clock import end_of
from tests.reporting.asking import ask
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site

RATE = "employment_rate_completers"
DONE = date(2020, 5, 31)
HIRED = date(2020, 7, 1)


def get(site: Site, role: str, path: str, *, expect: Any = 200, **params: Any) -> dict[str, Any]:
    with site.client(role) as client:
        answer: httpx.Response = client.get(f"/api/v1/indicators/{path}", params=params)
    assert answer.status_code == expect, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Period.MONTH, {"2023-12": date(2023, 12, 31), "2024-01": date(2024, 1, 31), "2024-02": date(2024, 2, 10)}),
        (Period.QUARTER, {"2023-Q4": date(2023, 12, 31), "2024-Q1": date(2024, 2, 10)}),
        (Period.YEAR, {"2023": date(2023, 12, 31), "2024": date(2024, 2, 10)}),
        (Period.ACADEMIC_YEAR, {"2023": date(2024, 2, 10)}),
    ],
)
def test_a_period_ends_with_its_last_day_or_with_the_question(period: Period, expected: dict[str, date]) -> None:
    assert last_days(period, starts_on=date(2023, 12, 15), ends_on=date(2024, 2, 10)) == expected


def test_the_academic_year_turns_in_march() -> None:
    days = last_days(Period.ACADEMIC_YEAR, starts_on=date(2024, 2, 1), ends_on=date(2024, 3, 1))
    assert days == {"2023": date(2024, 2, 29), "2024": date(2024, 3, 1)}


@pytest.mark.unhurried
def test_a_series_has_every_period_and_every_group(demo_site: Site, light_world: Happenings) -> None:
    for month, field in ((1, "robot"), (3, "water"), (3, "robot")):
        light_world.completer(light_world.cohort(field=field), on=date(2020, month, 15))
    light_world.arrive()
    found = get(
        demo_site, "executive", "talents_trained/series", by=["month", "field"], starts_on="2020-01-01", as_of="2020-03-20"
    )
    shown = [
        (point["dimensions"]["month"], point["dimensions"]["field"], point["state"], point["value"]) for point in found["points"]
    ]
    assert shown == [
        ("2020-01", "robot", "ok", 1), ("2020-01", "water", "not_started", None),
        ("2020-02", "robot", "ok", 1), ("2020-02", "water", "not_started", None),
        ("2020-03", "robot", "ok", 2), ("2020-03", "water", "ok", 1),
    ]  # fmt: skip
    assert found["by"] == ["month", "field"]
    for point in found["points"]:
        day, field = date.fromisoformat(point["as_of"]), point["dimensions"]["field"]
        alone = ask(light_world.database, "talents_trained", as_of=day, field=field)
        assert (alone.value, alone.counts.numerator) == (point["value"], point["numerator"])


def test_without_a_period_a_series_is_a_breakdown_that_adds_up(demo_site: Site, light_world: Happenings) -> None:
    cohorts = [light_world.cohort(ordinal=ordinal) for ordinal in (1, 2, 2)]
    for cohort in cohorts:
        light_world.completer(cohort, on=DONE)
    light_world.arrive()
    found = get(demo_site, "auditor", "completion_rate/series", by=["cohort_ordinal"])
    assert [(point["dimensions"], point["numerator"]) for point in found["points"]] == [
        ({"cohort_ordinal": 1}, 1),
        ({"cohort_ordinal": 2}, 2),
    ]


@pytest.mark.parametrize(
    ("params", "pointer", "code"),
    [
        ({"by": ["colour"]}, "by", "unknown_dimension"),
        ({"by": ["month", "quarter"]}, "by", "two_periods"),
        ({"by": ["field"], "starts_on": "2020-01-01"}, "starts_on", "no_period"),
        ({"by": ["month"], "starts_on": "2020-02-01", "as_of": "2020-01-01"}, "starts_on", "after_the_end"),
        ({"by": ["month"], "starts_on": "1990-02-01", "as_of": "2020-01-01"}, "starts_on", "too_long"),
        ({}, "by", "required"),
    ],
)
def test_an_impossible_series_is_refused_by_name(demo_site: Site, params: dict[str, Any], pointer: str, code: str) -> None:
    found = get(demo_site, "executive", "talents_trained/series", expect=422, **params)
    assert [(error["pointer"], error["code"]) for error in found["errors"]] == [(pointer, code)]


@pytest.mark.unhurried
def test_behind_a_number_stand_its_things_with_the_facts_that_say_so(demo_site: Site, light_world: Happenings) -> None:
    cohort = light_world.cohort()
    employed, other = light_world.completer(cohort, on=DONE), light_world.completer(cohort, on=DONE)
    light_world.hire(employed, light_world.seat(), on=HIRED, grade=3)
    light_world.enrolment(cohort, "applied", "selected", "enrolled", "dropped", on=DONE)
    light_world.arrive()
    found = get(demo_site, "auditor", f"{RATE}/facts", limit=2)
    rest = get(demo_site, "auditor", f"{RATE}/facts", limit=2, cursor=found["next"])
    by_item = {item["item"]: item for item in (*found["items"], *rest["items"])}
    assert len(by_item) == 3
    numerator = by_item[str(employed.id)]
    assert (numerator["part"], numerator["grade"], numerator["since"]) == ("numerator", 3, HIRED.isoformat())
    assert by_item[str(other.id)]["part"] == "unknown"
    assert [fact["kind"] for fact in numerator["facts"]][-1] == "enrolment.completed"
    only = get(demo_site, "auditor", f"{RATE}/facts", part="begun")
    assert [item["reason"] for item in only["items"]] == ["dropped"]
    value = ask(light_world.database, RATE)
    assert value.counts.numerator == len([item for item in by_item.values() if item["part"] == "numerator"])


def test_what_is_behind_a_number_is_for_those_who_may_see_it(demo_site: Site) -> None:
    get(demo_site, "executive", f"{RATE}/facts", expect=403)


@pytest.mark.unhurried
def test_an_explanation_tells_what_was_learned_from_what_happened_and_adds_up(demo_site: Site, light_world: Happenings) -> None:
    cohort = light_world.cohort()
    completers = [light_world.completer(cohort, on=DONE) for _ in range(4)]
    light_world.hire(completers[0], light_world.seat(), on=HIRED)
    light_world.arrive()
    first = light_world.clock
    light_world.clock += timedelta(days=1)
    light_world.hire(completers[1], light_world.seat(), on=HIRED)  # true before, known now
    light_world.hire(completers[2], light_world.seat(), on=HIRED + timedelta(days=30))
    light_world.completer(cohort, on=HIRED + timedelta(days=31))
    light_world.arrive()
    asked = {
        "from_as_of": HIRED.isoformat(),
        "from_known_at": first.isoformat(),
        "as_of": (HIRED + timedelta(days=40)).isoformat(),
    }
    found = get(demo_site, "auditor", f"{RATE}/explain", **asked)
    told = ("cause", "was", "now", "things", "numerator", "denominator")
    steps = [tuple(step[name] for name in told) for step in found["steps"]]
    assert steps == [
        ("learned", "unknown", "numerator", 1, 1, 0),
        ("happened", None, "unknown", 1, 0, 1),
        ("happened", "unknown", "numerator", 1, 1, 0),
    ]
    assert found["steps"][0]["some"] == [str(completers[1].id)]
    for side in ("numerator", "denominator"):
        assert found["before"][side] + sum(step[side] for step in found["steps"]) == found["after"][side]
    assert [step["some"] for step in get(demo_site, "executive", f"{RATE}/explain", **asked)["steps"]] == [[], [], []]


@pytest.mark.unhurried
def test_every_indicator_can_be_explained_and_adds_up(demo_site: Site, light_world: Happenings) -> None:
    for ordinal in (1, 2):
        cohort = light_world.cohort(ordinal=ordinal, applicants=50)
        person = light_world.completer(cohort, on=date(2020, 5, 30 + ordinal - 1))
        light_world.hire(person, light_world.seat(), on=HIRED + timedelta(days=ordinal), grade=2)
        light_world.enrolment(cohort, "applied", "selected", "enrolled", "dropped", on=DONE + timedelta(days=ordinal))
    light_world.arrive()
    assert len(current()) >= 10
    moved = 0
    for name in current():
        found = get(
            demo_site, "auditor", f"{name}/explain", from_as_of=(HIRED + timedelta(days=1)).isoformat(),
            from_known_at=light_world.clock.isoformat(), as_of=(HIRED + timedelta(days=5)).isoformat(),
        )  # fmt: skip
        for side in ("numerator", "denominator"):
            if found["before"][side] is not None:
                assert found["before"][side] + sum(step[side] for step in found["steps"]) == found["after"][side], name
        moved += bool(found["steps"])
    assert moved >= 3


def test_a_waterfall_does_not_run_upwards(demo_site: Site) -> None:
    found = get(demo_site, "auditor", f"{RATE}/explain", expect=422, from_as_of="2020-05-01", as_of="2020-04-01")
    assert [(error["pointer"], error["code"]) for error in found["errors"]] == [("as_of", "before_the_beginning")]


def test_a_day_ends_at_midnight_in_seoul() -> None:
    assert end_of(date(2020, 12, 31)).isoformat() == "2020-12-31T23:59:59.999999+09:00"


@pytest.mark.unhurried
def test_both_engines_tell_the_same(world: Happenings) -> None:
    for ordinal, field in ((1, "robot"), (2, "water")):
        person = world.completer(world.cohort(ordinal=ordinal, field=field, applicants=40), on=DONE)
        world.hire(person, world.seat(), on=HIRED + timedelta(days=30 * ordinal), grade=2)
    world.arrive()
    with world.database.read() as session:
        before, after = (question(session, as_of=day) for day in (HIRED, HIRED + timedelta(days=45)))
        told = explain(session, current()[RATE], before, after, name_things=True)
        assert [(step.cause, step.was, step.is_, step.things) for step in told.steps] == [("happened", "unknown", "numerator", 1)]
        silent = set()
        for name, indicator in current().items():
            series = series_of(session, indicator, after, by=["month", "field"], starts_on=date(2020, 5, 1))
            months = {point.dimensions["month"] for point in series.points}
            assert sorted(months) in ([], ["2020-05", "2020-06", "2020-07", "2020-08"]), name
            silent |= set() if months else {name}
        assert silent == {"satisfaction", "internship_conversion_rate"}  # nobody was asked, and there was no internship
