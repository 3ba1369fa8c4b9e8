"""Many placements proposed, led on and proved at once, each row answered by itself."""

from typing import Any
from uuid import uuid4

import pytest

from tests.matching.callers import MANAGER, UNIVERSITY, Callers
from tests.matching.market import Market, day


def _sent(callers: Callers, who: str, path: str, rows: list[dict[str, Any]], **said: Any) -> list[tuple[int, str | None, Any]]:
    answer = callers.post(who, f"/placements/{path}", {"rows": rows, **said})
    assert answer.status_code == 207, answer.text
    results = answer.json()["results"]
    assert answer.json()["refused"] == sum(each["problem"] is not None for each in results)
    return [(each["status"], each["problem"] and each["problem"]["code"], each["placement"]) for each in results]


@pytest.mark.unhurried
def test_many_hires_are_recorded_at_once_and_a_row_that_cannot_go_stops_no_other(callers: Callers, market: Market) -> None:
    (company_id, number), (other_id, _) = market.company(), market.company()
    opening, foreign = market.opening(company_id=company_id, seats=2), market.opening(company_id=other_id)
    trainees = [market.completer() for _ in range(3)]
    rows = [{"trainee_id": str(each.person_id), "position_id": str(opening.position_id)} for each in trainees]
    theirs = {"trainee_id": str(trainees[0].person_id), "position_id": str(foreign.position_id)}
    nobody = {"trainee_id": str(uuid4()), "position_id": str(opening.position_id)}
    on = {"effective_on": day(-30).isoformat()}
    proposed = _sent(callers, MANAGER, "proposals", [{**each, **on} for each in (*rows, nobody, rows[0], theirs)])
    assert [(status, code) for status, code, _ in proposed] == [
        (201, None), (201, None), (201, None), (409, "not_a_candidate"), (409, "already_put_forward"), (201, None),
    ]  # fmt: skip
    first, second, third, *_, strange = [placement and placement["id"] for _, _, placement in proposed]
    employer = f"employer-{number}"
    wanted = [{"placement_id": first, "version": 1}, {"placement_id": strange}, {"placement_id": second, "version": 7},
              {"placement_id": third}]  # fmt: skip
    offered = _sent(callers, employer, "transitions", wanted, to="offered", effective_on=day(-29).isoformat())
    assert [(status, code) for status, code, _ in offered] == [(200, None), (404, "not_found"), (412, "stale"), (200, None)]
    assert {offered[0][2]["seat_id"], offered[3][2]["seat_id"]} == {str(seat) for seat in opening.seats}
    [(status, code, _)] = _sent(callers, employer, "transitions", [{"placement_id": second}], to="offered")
    assert (status, code) == (409, "no_free_seat")
    days = [{"placement_id": first, "effective_on": day(-20).isoformat()}, {"placement_id": third}]
    for to in ("accepted", "started"):
        done = _sent(callers, MANAGER, "transitions", days, to=to, effective_on=day(-10).isoformat())
        assert [(status, placement["effective_on"]) for status, _, placement in done] == [
            (200, day(-20).isoformat()), (200, day(-10).isoformat()),
        ]  # fmt: skip
    proofs = [{"placement_id": first, "grade": 4, "reference": "2026-EI-7"}, {"placement_id": second, "grade": 2}]
    proved = _sent(callers, MANAGER, "evidence", proofs)
    assert [(status, code) for status, code, _ in proved] == [(201, None), (409, "nothing_to_prove")]
    assert (proved[0][2]["evidence_grade"], proved[0][2]["version"]) == (4, 5)
    assert callers.post(UNIVERSITY, "/placements/proposals", {"rows": [nobody]}).status_code == 403
