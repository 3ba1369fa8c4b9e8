"""What rounds refuse over HTTP: lists that name somebody twice, results before there are any, trainees who took no part."""

import pytest

from tests.matching.callers import MANAGER, Callers
from tests.matching.market import Market
from tests.matching.test_rounds import drafted, proposed

pytestmark = pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)
NONE = "00000000-0000-7000-8000-000000000000"


def test_a_draft_has_no_result_and_a_list_names_nobody_twice(callers: Callers, market: Market) -> None:
    opening, trainee = market.opening(), market.completer()
    path = drafted(callers)
    etag = callers.get(MANAGER, path).headers["ETag"]
    body = {"side": "trainee", "owner_id": str(trainee.person_id), "ranked": [str(opening.position_id)] * 2}
    twice = callers.put(MANAGER, f"{path}/rankings", body, if_match=etag)
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (422, "twice")
    assert callers.put(MANAGER, f"{path}/rankings", {**body, "ranked": []}, if_match=etag).status_code == 200
    assert callers.get(MANAGER, f"{path}/explanations").json()["code"] == "round_without_result"
    assert callers.post(MANAGER, f"{path}/what-if", {"seed": 2}, if_match="*").json()["code"] == "round_without_result"
    placed = callers.post(MANAGER, f"{path}/placements", {})
    assert (placed.status_code, placed.json()["code"]) == (409, "round_not_published")
    assert callers.get(MANAGER, f"/rounds/{NONE}").status_code == 404
    assert [row["state"] for row in callers.get(MANAGER, "/rounds", state="draft").json()["items"]] == ["draft"]
    assert callers.get(MANAGER, "/rounds", state="published").json()["items"] == []


@pytest.mark.unhurried
def test_a_result_explains_one_trainee_or_one_position_and_knows_who_took_no_part(callers: Callers, market: Market) -> None:
    opening, _ = market.opening(field="water"), market.completer(field="robot")
    path, _ = proposed(callers, market)
    (one,) = callers.get(MANAGER, f"{path}/explanations", position_id=str(opening.position_id)).json()["items"]
    assert (one["position_id"], one["code"]) == (str(opening.position_id), "not_listed")
    missing = [callers.get(MANAGER, f"{path}/explanations", person_id=NONE)]
    missing.append(callers.get(MANAGER, f"{path}/explanations", position_id=NONE))
    assert [answer.status_code for answer in missing] == [404, 404]
    senseless = [callers.get(MANAGER, f"{path}/explanations", about="seats")]
    senseless.append(callers.get(MANAGER, f"{path}/explanations", person_id=NONE, position_id=NONE))
    assert [answer.json()["errors"][0]["code"] for answer in senseless] == ["not_a_choice"] * 2
