"""Rounds over HTTP, from the draft to proposed placements, on both engines."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.matching.commands.round_runs import lease_of, run_next_round
from services.matching.tables import Placement
from shared.events.tables import outbox
from tests.matching.callers import MANAGER, UNIVERSITY, Callers
from tests.matching.market import Market, S


def drafted(callers: Callers, **settings: Any) -> str:
    answer = callers.post(MANAGER, "/rounds", {"seed": 7, **settings})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"].removeprefix("/api/v1"))


def proposed(callers: Callers, market: Market, **settings: Any) -> tuple[str, dict[str, Any]]:
    path = drafted(callers, **settings)
    assert callers.move(MANAGER, path, "frozen").status_code == 200
    started = callers.move(MANAGER, path, "running")
    assert (started.status_code, started.headers["Location"]) == (202, f"/api/v1{path}")
    assert run_next_round(market.database)
    return path, callers.get(MANAGER, path).json()


def places(callers: Callers, path: str, who: str = MANAGER) -> dict[str, str | None]:
    answer = callers.get(who, f"{path}/assignments", limit=100)
    return {row["person_id"]: row["position_id"] for row in answer.json()["items"]}


@pytest.mark.unhurried
def test_a_round_goes_from_a_draft_to_placements_that_a_person_proposes(callers: Callers, market: Market) -> None:
    company_id, number = market.company()
    first, second = market.opening(company_id=company_id, region="27"), market.opening(region="28")
    near, far = market.completer(university_id=market.university("knu", region="27")), market.completer(field="ict")
    path, row = proposed(callers, market, answer_days=9)
    assert (row["state"], row["progress"], row["trainees"], row["positions"]) == ("proposed", 100, 2, 2)
    assert row["verification"] | {"pairs_checked": 0} == {
        "holds": True,
        "pairs_checked": 0,
        "found": dict.fromkeys(row["verification"]["found"], 0),
        "examples": {},
    }
    assert (row["figures"]["placed"], row["figures"]["unfilled"]) == (2, 0)
    assert places(callers, path) == {
        str(near.person_id): str(first.position_id), str(far.person_id): str(second.position_id),
    }  # fmt: skip
    assert callers.get(UNIVERSITY, path).status_code == 404, "nothing is shown before somebody decides"
    refused = callers.post(MANAGER, f"{path}/placements", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "round_not_published")
    assert callers.move(MANAGER, path, "published").json()["state"] == "published"
    assert list(places(callers, path, UNIVERSITY)) == [str(near.person_id)]
    assert list(places(callers, path, f"employer-{number}")) == [str(near.person_id)]
    done = callers.post(MANAGER, f"{path}/placements", {}).json()
    with market.database.read() as session:
        assert set(session.scalars(select(col(Placement.answer_days)))) == {9}
    assert [(item["refused"], bool(item["placement_id"])) for item in done["items"]] == [(None, True)] * 2
    found = callers.get(MANAGER, "/placements").json()["items"]
    assert {(each["person_id"], each["position_id"], each["state"]) for each in found} == {
        (str(near.person_id), str(first.position_id), "proposed"), (str(far.person_id), str(second.position_id), "proposed"),
    }  # fmt: skip
    assert callers.post(MANAGER, f"{path}/placements", {}).json() == {"items": [], "left": 0, "job_id": None}
    assert callers.move(MANAGER, path, "closed").json()["state"] == "closed"


def test_the_days_that_answers_take_are_taken_back(callers: Callers, market: Market) -> None:
    path = drafted(callers, answer_days=9)
    kept = callers.get(MANAGER, path)
    revised = callers.patch(MANAGER, path, {"order": "lot", "answer_days": None, "optimal": None}, if_match=kept.headers["ETag"])
    assert revised.json()["settings"] == {**kept.json()["settings"], "order": "lot", "answer_days": None}


@pytest.mark.unhurried
def test_each_step_of_a_round_is_told_once(callers: Callers, market: Market) -> None:
    market.opening()
    market.completer()
    path, _ = proposed(callers, market)
    row = callers.move(MANAGER, path, "draft").json()
    assert (row["state"], row["figures"], row["snapshot_hash"], row["version"]) == ("draft", None, None, 5)
    with market.database.read() as session:
        told = select(outbox.c.type).where(outbox.c.aggregatetype == "matching.round").order_by(outbox.c.aggregateversion)
        names = [name.removeprefix("kr.hustar.matching.") for name in session.scalars(told)]
    assert names == ["round.drafted.v1", "round.frozen.v1", "round.started.v1", "round.proposed.v1", "round.returned.v1"]


@pytest.mark.unhurried
def test_what_was_frozen_counts_whatever_happens_then(callers: Callers, market: Market) -> None:
    opening, trainee = market.opening(), market.completer()
    path = drafted(callers)
    frozen = callers.move(MANAGER, path, "frozen").json()
    market.completer()
    market.move(market.propose(trainee, opening), S.OFFERED)
    callers.move(MANAGER, path, "running")
    run_next_round(market.database)
    row = callers.get(MANAGER, path).json()
    assert (row["snapshot_hash"], row["figures"]["trainees"], row["figures"]["placed"]) == (frozen["snapshot_hash"], 1, 1)
    callers.move(MANAGER, path, "published")
    done = callers.post(MANAGER, f"{path}/placements", {"person_ids": [str(trainee.person_id)]}).json()
    assert [item["refused"] for item in done["items"]] == ["already_put_forward"]


@pytest.mark.unhurried
def test_the_same_input_and_seed_give_the_same_hash_and_result(callers: Callers, market: Market) -> None:
    for _ in range(4):
        market.opening()
        market.completer()
    (one, first), (other, second) = proposed(callers, market), proposed(callers, market)
    assert first["snapshot_hash"] == second["snapshot_hash"]
    assert places(callers, one) == places(callers, other)


@pytest.mark.unhurried
def test_a_supplementary_round_takes_whom_and_what_the_first_left(callers: Callers, market: Market) -> None:
    market.opening(seats=1)
    for _ in range(2):
        market.completer()
    first, row = proposed(callers, market)
    later = market.opening()
    second, supplement = proposed(callers, market, parent_id=row["id"])
    assert (supplement["trainees"], supplement["positions"]) == (1, 0), "only what the first round left, not what came since"
    left = {person for person, position in places(callers, first).items() if position is None}
    assert set(places(callers, second)) == left
    assert str(later.position_id) not in places(callers, second).values()


@pytest.mark.unhurried
def test_what_if_compares_and_writes_nothing(callers: Callers, market: Market) -> None:
    for region in ("27", "28"):
        for _ in range(2):
            market.completer(university_id=market.university(f"u{region}", region=region))
    market.opening(seats=2, region="27")
    path, row = proposed(callers, market)
    etag = callers.get(MANAGER, path).headers["ETag"]
    quota = {"group": "away", "values": ["28"], "reserved": 50}
    change = {"division": "region", "quotas": [quota]}
    found = callers.post(MANAGER, f"{path}/what-if", change, if_match=etag)
    assert found.status_code == 200, found.text
    answer = found.json()
    assert (answer["stable"], answer["gained"], answer["lost"], answer["moved"]) == (True, 1, 1, 0)
    assert answer["gaps"]["region"] == {"before": 1.0, "after": 0.0}
    assert (answer["change"]["placed"], answer["change"]["unfilled"]) == (0, 0)
    assert callers.get(MANAGER, path).json() == row
    assert callers.get(MANAGER, path).headers["ETag"] == etag
    callers.move(MANAGER, path, "published")
    stale = callers.post(MANAGER, f"{path}/what-if", change, if_match=etag)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")


def test_a_round_is_run_by_one_worker_and_again_when_that_one_died(callers: Callers, market: Market) -> None:
    market.opening()
    market.completer()
    path = drafted(callers)
    callers.move(MANAGER, path, "frozen")
    row = callers.move(MANAGER, path, "running").json()
    leased = lease_of(market.database, UUID(row["id"]))
    assert leased is not None
    assert run_next_round(market.database) is False, "somebody runs it already"
    with market.database.write() as session:
        session.connection().exec_driver_sql("UPDATE round_run SET leased_until = NULL")
    assert run_next_round(market.database) is True
    assert callers.get(MANAGER, path).json()["state"] == "proposed"
