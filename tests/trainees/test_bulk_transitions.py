"""One transition for a whole cohort: previewed, judged row by row, done for all that may go."""

from typing import Any

import pytest

from tests.trainees.callers import AUDITOR, MANAGER, Callers


def cohort_with(callers: Callers, applicants: int, **said: Any) -> tuple[str, list[str]]:
    cohort = callers.cohort(callers.program(callers.university()), **said)
    return cohort, [callers.applicant(cohort).rpartition("/")[2] for _ in range(applicants)]


def statuses(answer: Any) -> list[tuple[int, str | None]]:
    return [(row["status"], (row["problem"] or {}).get("code")) for row in answer.json()["results"]]


@pytest.mark.unhurried
def test_a_preview_says_what_will_happen_and_changes_nothing(callers: Callers) -> None:
    cohort, ids = cohort_with(callers, 4, capacity=2)
    body: dict[str, Any] = {"to": "selected", "rows": [{"enrolment_id": each} for each in ids], "preview": True}
    expected = [(200, None), (200, None), (409, "cohort_full"), (409, "cohort_full")]
    looked = callers.post(MANAGER, f"{cohort}/transitions", body)
    assert (looked.status_code, statuses(looked), looked.json()["moved"]) == (207, expected, 2)
    assert {callers.get(MANAGER, f"/enrolments/{each}").json()["version"] for each in ids} == {1}
    done = callers.post(MANAGER, f"{cohort}/transitions", {**body, "preview": False})
    assert (statuses(done), [row["stage"] for row in done.json()["results"][:2]]) == (expected, ["selected"] * 2)
    assert callers.get(AUDITOR, f"{cohort}/admission").json()["held"] == 2


@pytest.mark.unhurried
def test_a_row_that_cannot_go_stops_no_other(callers: Callers) -> None:
    cohort, ids = cohort_with(callers, 3)
    _, [stranger] = cohort_with_another_university(callers)
    callers.move(MANAGER, f"/enrolments/{ids[1]}", "rejected", reason="documents")
    rows = [{"enrolment_id": ids[0], "version": 1}, {"enrolment_id": ids[1]}, {"enrolment_id": stranger},
            {"enrolment_id": ids[2], "version": 7}]  # fmt: skip
    done = callers.post(MANAGER, f"{cohort}/transitions", {"to": "waitlisted", "rows": rows})
    assert statuses(done) == [(200, None), (409, "illegal_move"), (404, "not_found"), (412, "stale")]
    waiting = callers.get(AUDITOR, f"{cohort}/waiting-list").json()["items"]
    assert [(each["position"], each["enrolment_id"]) for each in waiting] == [(1, ids[0])]


def cohort_with_another_university(callers: Callers) -> tuple[str, list[str]]:
    cohort = callers.cohort(callers.program(callers.university("ynu")))
    return cohort, [callers.applicant(cohort).rpartition("/")[2]]


@pytest.mark.unhurried
def test_who_withdraws_in_bulk_lets_others_move_up(callers: Callers) -> None:
    cohort, ids = cohort_with(callers, 4, capacity=2)
    callers.post(MANAGER, f"{cohort}/transitions", {"to": "selected", "rows": [{"enrolment_id": each} for each in ids[:2]]})
    callers.post(MANAGER, f"{cohort}/transitions", {"to": "waitlisted", "standing": "applied"})
    done = callers.post(MANAGER, f"{cohort}/transitions", {"to": "withdrawn", "standing": "selected", "reason": "personal"})
    assert done.json()["moved"] == 2
    assert [callers.get(MANAGER, f"/enrolments/{each}").json()["stage"] for each in ids] == ["withdrawn"] * 2 + ["selected"] * 2


def test_the_request_itself_is_checked(callers: Callers) -> None:
    cohort, [one] = cohort_with(callers, 1)
    rows = [{"enrolment_id": one}]
    wrong: tuple[tuple[dict[str, object], str], ...] = (
        ({"to": "selected"}, "rows_or_standing"),
        ({"to": "selected", "rows": rows, "standing": "applied"}, "rows_or_standing"),
        ({"to": "rejected", "rows": rows}, "reason_required"),
    )
    for body, code in wrong:
        refused = callers.post(MANAGER, f"{cohort}/transitions", body)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
    assert callers.post(AUDITOR, f"{cohort}/transitions", {"to": "selected", "rows": rows}).status_code == 403
