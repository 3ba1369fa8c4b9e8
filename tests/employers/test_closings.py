"""Postings that close because their last day has passed or because somebody closes many; copies; trusted companies."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from services.employers import commands
from services.employers.domain.positions import PositionState
from shared.contracts.matching import PlacementOffered
from shared.ids import new_id
from tests.employers.callers import MANAGER, Callers, posting
from tests.employers.story import Story, business_number, day, placement


def _past_its_last_day(story: Story, *, seats: int = 2) -> commands.Closing:
    position = story.opened(seats=seats, closes_on=day(5))
    with story.database.write() as session:
        session.connection().exec_driver_sql(f"UPDATE position SET closes_on = '{day(-1).isoformat()}'")
    return commands.Closing(position.id)


def test_a_posting_lapses_on_the_day_after_its_last_and_what_is_held_stays_held(story: Story) -> None:
    position_id = _past_its_last_day(story).position_id
    seat = story.seats(position_id)[0]
    story.news(placement(PlacementOffered, seat_id=seat.id, placement_id=new_id()))
    assert commands.lapse_positions(story.database) == 1
    assert commands.lapse_positions(story.database) == 0
    shown = story.position(position_id)
    assert (shown["state"], shown["close_reason"], shown["since"]) == (PositionState.CLOSED, "lapsed", day(0))
    assert story.counts(position_id) == {"reserved": 1, "lapsed": 1}
    assert shown["history"][-1].by == "service:employers"


@pytest.mark.unhurried
def test_postings_lapse_once_on_several_machines(story: Story) -> None:
    ids = [_past_its_last_day(story).position_id for _ in range(8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: commands.lapse_positions(story.database), range(4)))
    commands.lapse_positions(story.database)
    assert [story.events(each).count("position.closed") for each in ids] == [1] * 8
    assert story.events().count("seat.lapsed") == 16


@pytest.mark.unhurried
def test_a_posting_whose_window_is_closed_opens_again_with_a_later_last_day(callers: Callers, story: Story) -> None:
    position_id = _past_its_last_day(story).position_id
    commands.lapse_positions(story.database)
    refused = callers.move(MANAGER, f"/positions/{position_id}", "open")
    [error] = refused.json()["errors"]
    assert (refused.status_code, refused.json()["code"]) == (409, "window_closed")
    assert (error["pointer"], error["code"]) == ("/closes_on", "window_closed")
    opened = callers.move(MANAGER, f"/positions/{position_id}", "open", closes_on=day(20).isoformat()).json()
    assert (opened["state"], opened["closes_on"], opened["seat_counts"]["open"]) == ("open", day(20).isoformat(), 2)


@pytest.mark.unhurried
def test_many_are_closed_at_once_each_answered_by_itself(callers: Callers, story: Story) -> None:
    number = business_number()
    company = callers.company(number)
    opened = [callers.position(number, company, "in_review", "open") for _ in range(2)]
    draft = callers.position(number, company)
    stranger = f"/positions/{story.opened().id}"
    ids = [path.rpartition("/")[2] for path in (*opened, draft, stranger)]
    rows = callers.post(f"employer-{number}", "/positions/closings", {"position_ids": ids, "reason": "withdrawn"}).json()
    assert [(row["closed"], row["code"]) for row in rows] == [
        (True, None), (True, None), (False, "illegal_move"), (False, "not_found"),
    ]  # fmt: skip
    assert [callers.get(MANAGER, path).json()["state"] for path in (*opened, stranger)] == ["closed", "closed", "open"]
    assert callers.get(MANAGER, opened[0]).json()["seat_counts"]["withdrawn"] == 3


@pytest.mark.unhurried
def test_many_are_submitted_and_opened_at_once_each_answered_by_itself(callers: Callers, story: Story) -> None:
    number = business_number()
    company = callers.company(number)
    ids = [callers.position(number, company).rpartition("/")[2] for _ in range(3)]
    without_agreement, stranger = str(story.draft(story.company().id).id), str(new_id())

    def step(who: str, to: str, *rows: tuple[str, dict[str, Any]]) -> list[tuple[int, str | None, int | None, str | None]]:
        body = {"to": to, "rows": [{"position_id": each, **more} for each, more in rows]}
        answer = callers.post(who, "/positions/transitions", body)
        assert answer.status_code == 207, answer.text
        results = answer.json()["results"]
        assert [each["position_id"] for each in results] == list(dict(rows))
        assert answer.json()["refused"] == sum(each["problem"] is not None for each in results)
        return [(each["status"], each["state"], each["version"], (each["problem"] or {}).get("code")) for each in results]

    submitted = step(f"employer-{number}", "in_review", *((each, {"version": 1}) for each in ids), (without_agreement, {}))
    assert submitted == [(200, "in_review", 2, None)] * 3 + [(404, None, None, "not_found")]
    assert step(MANAGER, "in_review", (without_agreement, {}))[0][0] == 200
    since = {"effective_on": day(0).isoformat()}
    opened = step(MANAGER, "open", (ids[0], {"version": 2}), (ids[1], {"version": 1}), (ids[2], since), (stranger, {}),
                  (without_agreement, {}), (ids[2], since))  # fmt: skip
    assert opened == [
        (200, "open", 6, None), (412, "in_review", 2, "stale"), (200, "open", 6, None), (404, None, None, "not_found"),
        (409, "in_review", 2, "agreement_none"),
    ]  # fmt: skip
    assert [story.events(UUID(each)).count("position.opened") for each in ids] == [1, 0, 1]
    assert step(f"employer-{number}", "open", (ids[1], {}))[0][3] == "forbidden"
    assert [callers.get(MANAGER, f"/positions/{each}").json()["version"] for each in ids] == [6, 2, 6]


@pytest.mark.unhurried
def test_a_posting_goes_into_review_only_when_it_says_what_whoever_looks_for_a_job_has_to_know(callers: Callers) -> None:
    number = business_number()
    company, unsaid = callers.company(number), {"salary": None, "working_hours": None}
    internship = callers.position(number, company, kind="internship", duration_months=None, **unsaid)
    refused = callers.move(f"employer-{number}", internship, "in_review")
    assert (refused.status_code, refused.json()["code"]) == (409, "position_incomplete")
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/salary", "/working_hours", "/duration_months"]
    assert callers.get(MANAGER, internship).json()["state"] == "draft"
    said = {"salary": {"lowest": 2_100_000, "per": "month"}, "working_hours": {"weekly": 40}, "duration_months": 3}
    assert callers.patch(f"employer-{number}", internship, said, if_match='"1"').status_code == 200
    assert callers.move(f"employer-{number}", internship, "in_review").json()["state"] == "in_review"
    permanent = callers.position(number, company, "in_review")
    assert callers.patch(MANAGER, permanent, {"salary": None}, if_match='"2"').status_code == 200
    [error] = callers.move(MANAGER, permanent, "open").json()["errors"]
    assert (error["pointer"], error["code"]) == ("/salary", "required_to_open")


@pytest.mark.unhurried
def test_a_posting_is_copied_into_a_draft_for_another_window(callers: Callers) -> None:
    number = business_number()
    source = callers.position(number, callers.company(number), "in_review", "open", description="협동로봇", skills=["ROS"])
    window = {"opens_on": day(10).isoformat(), "closes_on": day(40).isoformat(), "seats": 5}
    copied = callers.post(f"employer-{number}", f"{source}/copies", window)
    assert copied.status_code == 201
    same = ("title", "description", "field", "kind", "region", "must_have", "company_id")
    before, after = callers.get(MANAGER, source).json(), copied.json()
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert (after["state"], after["seats"], after["opens_on"], after["id"] != before["id"]) == (
        "draft",
        5,
        day(10).isoformat(),
        True,
    )


@pytest.mark.unhurried
def test_what_a_trusted_company_submits_opens_by_itself(callers: Callers, story: Story) -> None:
    number = business_number()
    company, me = callers.company(number), f"employer-{number}"
    for _ in range(3):
        callers.position(number, company, "in_review", "open")
    path = callers.position(number, company)
    assert callers.move(me, path, "in_review").json()["state"] == "open"
    history = callers.get(MANAGER, path).json()["history"]
    assert [(step["state"], step["reason"]) for step in history][-1] == ("open", "trusted")
    assert callers.get(me, f"{company}/trust").json()["approved"] == 3


@pytest.mark.unhurried
def test_a_return_with_reasons_costs_the_trust(callers: Callers) -> None:
    number = business_number()
    company, me = callers.company(number), f"employer-{number}"
    for _ in range(3):
        callers.position(number, company, "in_review", "open")
    returned = callers.position(number, company, "in_review")
    assert callers.move(MANAGER, returned, "draft").json()["errors"][0]["code"] == "required"
    assert callers.move(MANAGER, returned, "draft", reason="임금이 없습니다").status_code == 200
    assert callers.move(me, returned, "in_review").json()["state"] == "in_review"


def test_the_past_and_unknown_places_are_refused_where_they_stand(callers: Callers) -> None:
    company = callers.company(business_number())
    for said, pointer, code in (
        ({"closes_on": day(-1).isoformat()}, "/closes_on", "deadline_past"),
        ({"region": "98"}, "/region", "unknown_region"),
        ({"region": "47720", "opens_on": day(0).isoformat()}, "/region", "region_not_in_force"),
    ):
        [error] = callers.post(MANAGER, "/positions", {**posting(company), **said}).json()["errors"]
        assert (error["pointer"], error["code"]) == (pointer, code)
