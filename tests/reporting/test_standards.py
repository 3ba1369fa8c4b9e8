"""One cohort by five standards, when what can be computed, and whom to ask: over HTTP, as those who use them meet them."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from services.reporting.queries.maturity import Ripeness, calendar, follow_up_list
from services.reporting.queries.standards import side_by_side
from services.reporting.queries.values import question
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site
from tests.reporting.test_outcome_figures import DONE, a_cohort_of_seven


def get(demo_site: Site, path: str, *, who: str = "auditor", expect: int = 200, **params: Any) -> Any:
    with demo_site.client(who) as client:
        answer = client.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == expect, answer.text
    return answer.json()


@pytest.mark.unhurried
def test_one_cohort_by_every_standard_with_the_bridge_from_each_to_the_next(demo_site: Site, light_world: Happenings) -> None:
    cohort = a_cohort_of_seven(light_world)
    light_world.completer(light_world.cohort(ordinal=2), on=DONE)
    light_world.arrive()
    found = get(demo_site, "standards", cohort_id=str(cohort.id))
    sides = {each["code"]: (each["value"]["numerator"], each["value"]["denominator"]) for each in found["standards"]}
    assert sides == {
        "hrd_net": (3, 5), "kedi": (3, 5), "wioa_q2": (4, 7), "wioa_q4": (5, 7), "cirr": (3, 7), "nace": (3, 4),
    }  # fmt: skip
    assert [each["knowledge"]["value"] for each in found["standards"] if each["knowledge"]] == [80.0]
    for bridge in found["bridges"]:
        before, after = sides[bridge["before"]], sides[bridge["after"]]
        moved = [sum(step[side] for step in bridge["steps"]) for side in ("numerator", "denominator")]
        assert [before[0] + moved[0], before[1] + moved[1]] == list(after), bridge
    sentences = {step["text"]["en"] for step in found["bridges"][1]["steps"]}
    assert sentences == {
        "1 entered the denominator and count as a success: they were left out before (dropped)",
        "1 entered the denominator and count as a success: they were left out before (employed before completion)",
        "1 are no success any more: employed, but not within the window",
    }
    to_nace = {step["text"]["ko"] for step in found["bridges"][-1]["steps"]}
    assert {"1건이 분모에서 빠짐: 알려진 취업이 없음", "1건이 분모에서 빠짐: 중도탈락"} <= to_nace
    assert all(len(step["some"]) == step["things"] for bridge in found["bridges"] for step in bridge["steps"])
    for other in ("executive", "university-knu"):
        get(demo_site, "standards", who=other, expect=403)
    refused = get(demo_site, "standards", expect=422, as_of="2999-01-01")
    assert refused["errors"][0]["code"] == "in_the_future"
    refused = get(demo_site, "standards", expect=422, company_id=str(cohort.id))
    assert refused["errors"][0]["code"] == "unknown_dimension"


@pytest.mark.unhurried
def test_the_calendar_says_what_comes_when_from_what_happened_or_from_what_is_planned(
    demo_site: Site, light_world: Happenings
) -> None:
    a_cohort_of_seven(light_world)
    planned = light_world.cohort(ordinal=2, starts_on=date(2026, 9, 1), ends_on=date(2027, 4, 30))
    light_world.arrive()
    rows = get(demo_site, "maturity", as_of="2020-12-15")["items"]
    found = {(row["ordinal"], row["indicator"]): row for row in rows}
    assert {name for _, name in found} >= {"employment_rate_6m", "employment_rate_q4", "retention_12m", "career_outcomes_rate"}
    shown = ("ripeness", "counted", "waiting", "computable_on", "complete_on")

    def said(ordinal: int, name: str) -> list[Any]:
        return [found[ordinal, name][each] for each in shown]

    assert said(1, "employment_rate_6m") == ["computable", 5, 0, None, None]
    assert said(1, "employment_rate_q2") == ["waiting", 0, 7, "2020-12-31", "2020-12-31"]
    assert said(1, "retention_3m") == ["partly", 3, 2, "2021-02-28", "2021-03-01"]
    assert said(2, "employment_rate_kedi") == ["planned", 0, 0, "2028-12-31", "2028-12-31"]
    assert said(2, "employment_rate_6m") == ["planned", 0, 0, "2027-10-30", "2027-10-30"]
    assert said(2, "retention_3m") == ["planned", 0, 0, None, None]
    seen = get(demo_site, "maturity", who="executive", as_of="2020-12-15")["items"]
    assert [row["ripeness"] for row in seen] == [row["ripeness"] for row in rows]
    assert {(row["counted"], row["waiting"]) for row in seen} == {(None, None)}
    mine = get(demo_site, "maturity", cohort_id=str(planned.id))["items"]
    assert {row["cohort_id"] for row in mine} == {str(planned.id)}
    days = [row["computable_on"] for row in rows if row["computable_on"]]
    assert days == sorted(days)


@pytest.mark.unhurried
def test_the_list_of_whom_to_ask_names_nobody_and_says_how_many_are_missing(demo_site: Site, light_world: Happenings) -> None:
    a_cohort_of_seven(light_world)
    found = get(demo_site, "maturity/follow-ups")
    assert (found["needed"], found["threshold"], found["knowledge"]["value"]) == (0, 65, 80.0)
    asked = {threshold: get(demo_site, "maturity/follow-ups", threshold=threshold)["needed"] for threshold in (80, 81, 100)}
    assert asked == {80: 0, 81: 1, 100: 1}
    assert [person["since"] for person in found["people"]] == [DONE.isoformat()]
    assert found["people"][0].keys() == {"enrolment_id", "person_id", "cohort_id", "since"}
    get(demo_site, "maturity/follow-ups", who="executive", expect=403)
    get(demo_site, "maturity/follow-ups", expect=422, threshold=0)


@pytest.mark.unhurried
def test_both_engines_build_the_same_bridge_and_the_same_calendar(world: Happenings) -> None:
    cohort = a_cohort_of_seven(world)
    with world.database.read() as session:
        scope = question(session, as_of=date(2020, 12, 31), only={"cohort_id": cohort.id}, staff=True)
        found = side_by_side(session, scope)
        assert [[step.crossing.things for step in bridge.steps] for bridge in found.bridges] == [
            [3, 2],  # of KEDI's 31 December nobody can tell yet
            [2, 2, 1, 1, 1],
            [4, 2, 1],
            [3, 2, 2],
            [2, 1, 1, 1],
        ]
        ripe = Counter(due.ripeness for due in calendar(session, scope))
        assert ripe == {Ripeness.COMPUTABLE: 6, Ripeness.WAITING: 3, Ripeness.PARTLY: 2}
        assert follow_up_list(session, scope, threshold=100, limit=5).needed == 2
