"""What pages say in words, and what they say where there is nothing to say: ages, shares, causes, members, projects."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.reporting.charts import Bar, Stage, bars, bullet, funnel, waterfall
from services.reporting.charts.line import Band
from services.reporting.domain.observing import ProjectState
from services.reporting.domain.values import Counts, Reading, State, Unit
from services.reporting.indicators import current
from services.reporting.indicators.spans import Part
from services.reporting.pages import breakdowns, cells, data, explained, goal_lines, goals, matching, measured, members, rendering
from services.reporting.pages.behind import _part
from services.reporting.pages.formatting import Format
from services.reporting.pages.kept import MOST, _Kept
from services.reporting.queries.drift import Standing
from services.reporting.queries.explain import Cause, Explanation, Step
from services.reporting.queries.proceedings import MatchingRound, OfferAge
from services.reporting.queries.projects import Summary
from services.reporting.queries.values import Value
from shared.errors import Invalid
from shared.ids import new_id

KO, EN = Format("ko"), Format("en")
NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)


def value(indicator: str, counts: Counts, *, on: date = NOW.date(), **more: Any) -> Value:
    known = current()[indicator]
    about = {"as_of": on, "known_at": NOW, "dimensions": {}, "sources": ()}
    return Value(known.id, known.version, counts=counts, reading=known.read(counts), unit=known.unit, **{**about, **more})


@pytest.mark.parametrize(
    ("seconds", "korean", "english"),
    [(-3, "0초", "0 s"), (89, "89초", "89 s"), (600, "10분", "10 min"), (7200, "2시간", "2 h"), (400_000, "5일", "5 days")],
)
def test_an_age_is_said_in_the_unit_that_fits_it(seconds: float, korean: str, english: str) -> None:
    assert (data._age(seconds, KO), data._age(seconds, EN)) == (korean, english)


@pytest.mark.parametrize(
    ("stale", "drifts", "said", "kind"),
    [(True, True, "silent since", "bad"), (False, True, "9 told, 7 taken in", "bad"), (False, False, "agrees", "good")],
)
def test_a_source_is_silent_disagrees_or_agrees(stale: bool, drifts: bool, said: str, kind: str) -> None:
    found = data._compared(Standing("trainees.enrolment", 9, 7, 3, None, NOW, None, drifts, stale), EN)
    assert found.text.startswith(said)
    assert (found.kind, data._compared(None, EN).text) == (kind, "not compared")


def test_a_table_has_a_dash_for_what_was_not_counted_and_words_for_what_has_no_number() -> None:
    rate = value("employment_rate_completers", Counts(begun=9, numerator=2, denominator=3))
    assert cells.in_words("seats_posted", {}, EN) == cells.Cell(cells.NOTHING, kind="soft")
    assert (cells.parts_of(rate, EN), cells.region_name(None, EN)) == ("2 / 3", cells.NOTHING)
    assert cells.parts_of(value("seats_posted", Counts(begun=9, numerator=1234)), EN) == "1,234"
    nothing = value("seats_posted", Counts())
    assert cells.in_words("seats_posted", {"seats_posted": nothing}, KO) == cells.Cell("시작 전", kind="soft")
    assert (cells.region_name("4719", KO), cells.region_name("99", KO), cells.field_name("cooking", KO)) == (
        "경북",
        "99",
        "cooking",
    )
    assert (breakdowns._field_name(None, EN), breakdowns._field_name("cooking", EN)) == ("Unknown", "cooking")
    assert breakdowns._field_name("robot", KO) == cells.field_name("robot", KO) != "robot"


def test_a_value_without_a_number_says_when_there_will_be_one() -> None:
    indicator = current()["employment_rate_completers"]
    young = value(indicator.id, Counts(begun=3, denominator=0, exclusions={"immature": 3}), matures_on=date(2027, 1, 31))
    assert measured.in_words(indicator, young, EN).why == "There will be a first number on January 31, 2027."
    assert (
        measured.in_words(indicator, replace(young, matures_on=None), EN).why == "The time that this looks at has not passed yet."
    )
    rows = dict(measured.passport(indicator, replace(young, complete=False), EN))
    assert rows["Still arriving"] == ["Not all that was taken in is in these numbers yet."]


def test_only_a_share_is_shown_on_a_scale_of_a_hundred() -> None:
    persons = current()["talents_trained"]
    unsure = value(persons.id, Counts(begun=9, numerator=4, unknown=3))
    said = measured.in_words(persons, unsure, EN)
    assert (said.places, said.bounds) == (None, "Between 4 persons and 7 persons, as some of it is not known (yet).")
    rate = current()["employment_rate_completers"]
    share = measured.in_words(rate, value(rate.id, Counts(begun=9, numerator=4, denominator=8, unknown=2)), EN)
    assert share.places is not None
    assert share.places[0] < share.places[2]


def test_of_many_members_the_largest_are_shown_and_the_unknown_one_last() -> None:
    found = [
        replace(value("seats_posted", Counts(begun=1, numerator=number)), dimensions={"field": number or None})
        for number in range(measured.MOST_BARS + 1)
    ]
    shown = [each.dimensions["field"] for each in measured._most(found, "field")]
    assert (shown[0], shown[-1]) == (measured.MOST_BARS, None)
    assert measured._most(found[:2], "field") == found[:2]


def step(cause: Cause, *, was: Part | None, now: Part | None, numerator: int, denominator: int, things: int = 1) -> Step:
    return Step(cause, was, None, now, None, things, numerator, denominator)


def steps_in_words(indicator: str, before: Counts, after: Counts, *steps: Step) -> explained.Explained:
    ends = value(indicator, before, on=date(2026, 9, 30)), value(indicator, after, on=date(2026, 10, 31))
    return explained.in_steps(current()[indicator], Explanation(*ends, steps), EN)


def test_a_rate_that_moved_is_drawn_step_by_step_and_every_step_is_named() -> None:
    learned = step(Cause.LEARNED, was=None, now=Part.NUMERATOR, numerator=1, denominator=1)
    gone = step(Cause.HAPPENED, was=Part.OTHER, now=None, numerator=0, denominator=-1)
    before, after = Counts(begun=9, numerator=1, denominator=2), Counts(begun=9, numerator=2, denominator=2)
    found = steps_in_words("employment_rate_completers", before, after, learned, gone)
    assert [name for name, _ in found.rows] == ["new: Counts", "gone: Counts against it"]
    assert [list(row) for _, row in found.rows] == [["Learned later", "1", "+1", "+1"], ["Happened since", "1", "0", "−1"]]
    assert found.chart is not None
    assert [row[1].value for row in found.chart.table.rows][::3] == [50.0, 100.0]


def test_many_small_causes_are_put_together_and_what_does_not_add_up_is_not_drawn() -> None:
    many = [step(Cause.HAPPENED, was=None, now=Part.NUMERATOR, numerator=n, denominator=0) for n in range(1, 12)]
    found = steps_in_words("seats_posted", Counts(begun=9, numerator=0), Counts(begun=99, numerator=66), *many)
    assert found.chart is not None
    assert [row[0].text for row in found.chart.table.rows][-2] == "Everything else"
    off = steps_in_words("seats_posted", Counts(begun=9, numerator=0), Counts(begun=99, numerator=67), *many)
    assert (off.chart, len(off.rows)) == (None, 11)
    emptied = step(Cause.HAPPENED, was=Part.NUMERATOR, now=None, numerator=-1, denominator=-1)
    whole = Counts(begun=9, numerator=1, denominator=1)
    assert steps_in_words("employment_rate_completers", whole, whole, emptied).chart is None
    assert steps_in_words("employment_rate_completers", Counts(), whole).chart is None
    ratio = next(name for name, each in current().items() if each.unit is Unit.RATIO)
    two = Counts(begun=9, numerator=4, denominator=2)
    assert steps_in_words(ratio, two, two).chart is not None


def test_members_have_names_in_both_languages() -> None:
    assert (members._named("cohort_ordinal", 3, KO), members._named("cohort_ordinal", 3, EN)) == ("3기", "Cohort 3")
    assert (members._named("gender", "female", EN), members._named("company_region", "99", EN)) == ("Women", "99")
    assert (members._named("field", "cooking", EN), members.as_written(None)) == ("cooking", "unknown")


def test_a_part_that_there_is_not_is_refused_and_none_is_every_part() -> None:
    assert (_part(None), _part(Part.OTHER.value)) == (None, Part.OTHER)
    with pytest.raises(Invalid):
        _part("half")


def summary(**said: Any) -> Summary:
    nothing: dict[str, Any] = {
        "node": None, "stated": None, "projects": 0, "states": {}, "health": {}, "budget_won": 0, "without_budget": 0,
        "spent_won": 0, "late_milestones": 0, "reports_missing": 0,
    }  # fmt: skip
    return Summary(**{**nothing, **said})


def test_projects_of_a_plan_are_told_in_a_line_with_what_is_late_and_missing() -> None:
    assert goals._projects(summary(), EN) is None
    assert goals._projects(summary(stated=40), EN) == "40 by the plan"
    assert goals._projects(summary(projects=2, stated=2, states={ProjectState.RUNNING: 2}), EN) == "2 projects · Running 2"
    late = summary(
        projects=1, stated=2, states={ProjectState.PLANNED: 1}, budget_won=9_000_000, late_milestones=1, reports_missing=3
    )
    assert (goals._projects(late, EN) or "").endswith("2 by the plan · 9 million won · 1 milestone late · 3 reports missing")


def test_a_proof_that_was_not_made_is_a_dash_and_one_that_fails_says_so() -> None:
    run = MatchingRound(new_id(), None, "proposed", NOW.date(), "trainees", 1, 1, 1, 1, 0, 1.0, None, None)
    told = [matching._proof(replace(run, verified=each), EN).text for each in (None, True, False)]
    assert told == [cells.NOTHING, "holds", "does not hold"]
    assert matching._age(OfferAge(30, None, 1), EN) == "30 days or more"


def test_what_is_kept_for_pages_does_not_grow_for_ever() -> None:
    found = _Kept()
    for key in range(MOST + 1):
        found.put(key, key)
        found.get(0)
    assert (found.get(0), found.get(1), found.get(MOST)) == (0, None, MOST)


def test_a_bar_of_a_goal_shows_what_is_expected_and_foretold_and_none_what_is_not_there() -> None:
    band = Band(date(2026, 12, 31), 90, 110, 140)
    whole = bullet("목표", 100, target=300, expected=150, forecast=band, unit=Unit.PERSONS, form=EN)
    assert [row[0].text for row in whole.table.rows] == ["Actual", "Should be today", "Forecast", "Target"]
    assert whole.table.rows[2][1].text == "110 persons (90 persons to 140 persons)"
    bare = bullet("목표", 100, target=300, unit=Unit.PERSONS, form=EN)
    assert [len(_layers(chart)) for chart in (whole, bare)] == [6, 3]
    nothing = bullet("목표", None, state=State.NOT_STARTED, target=300, unit=Unit.PERSONS, form=EN)
    assert (nothing.specification(400), nothing.table.rows[0][1].text) == (None, "Not started")


def _layers(chart: Any) -> Any:
    return json.loads(chart.specification(400))["layer"]


def test_where_nobody_came_there_is_no_funnel_and_where_nothing_moved_no_cause() -> None:
    assert (
        funnel("단계", [Stage("지원", 0), Stage("선발", None, State.RUNNING)], unit=Unit.PERSONS, form=EN).specification(400)
        is None
    )
    still = waterfall("이유", ("전", 5), [], ("후", 5), unit=Unit.PERSONS, form=EN)
    assert still.summary == "From 5 persons to 5 persons."
    same = bars("분야", [Bar("물", 3)], unit=Unit.PERSONS, form=EN, of="분야")
    assert same.summary == "The most is 물 with 3 persons."


def test_a_goal_without_a_forecast_says_why_and_is_never_more_than_reached() -> None:
    assert (goal_lines.percent(1.7), goal_lines.percent(-0.1)) == (100, 0)
    assert goal_lines.no_forecast(None, EN) != goal_lines.no_forecast(next(iter(goal_lines.LACKS)), EN)


def test_a_reading_without_bounds_has_no_place() -> None:
    rate = value("employment_rate_completers", Counts(begun=1, numerator=1, denominator=2))
    assert measured._places(replace(rate, reading=Reading(State.SUPPRESSED))) is None


def test_columns_of_words_begin_at_the_left_and_columns_of_numbers_end_at_the_right() -> None:
    shown = cells.grid(
        "locks", ("Locked periods", "Period"), (cells.Words("State"), "Events"), [("2026-10", ["locked", "7"])], form=KO
    )
    page = '{% import "parts.html" as parts with context %}{{ parts.table(g.id, g.caption, g.first, g.columns, g.rows) }}'
    html = rendering._ENVIRONMENT.from_string(page).render(g=shown)

    assert [(head, isinstance(head, cells.Words)) for head in shown.columns] == [("상태", True), ("이벤트 수", False)]
    assert '<td role="cell" class="words" data-column="상태">locked</td><td role="cell" data-column="이벤트 수">7</td>' in html
    assert '<th role="columnheader" scope="col" class="words">상태</th>' in html


def test_one_thing_is_not_said_as_many_are_and_halves_are_rounded_up() -> None:
    assert (EN.value(1, State.OK, Unit.PERSONS), EN.value(2, State.OK, Unit.PERSONS)) == ("1 person", "2 persons")
    assert (KO.value(1, State.OK, Unit.SEATS), EN.value(1, State.OK, Unit.DAYS)) == ("1개", "1 day")
    assert EN.counted("{count} day ago", "{count} days ago", 1) == "1 day ago"
    stages = funnel("F", [Stage("a", 800), Stage("b", 1), Stage("c", 1)], unit=Unit.PERSONS, form=EN).table.rows
    assert [(row[1].text, row[2].text, row[2].value) for row in stages[1:]] == [
        ("1 person", "0.1%", 0.1),
        ("1 person", "100.0%", 100.0),
    ]
    one = funnel("F", [Stage("a", 2000), Stage("b", 1)], unit=Unit.PERSONS, form=EN).table.rows[1][2]
    assert (one.text, one.value) == ("0.1%", 0.1)  # 0.05 %: the text and the number beside it are the same
