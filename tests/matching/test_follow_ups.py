"""Follow-ups come due at 3, 6 and 12 months, once; they are answered one by one or by file, and unknown is an answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.matching.app import service
from services.matching.commands.answer_files import answer_by_file
from services.matching.commands.follow_ups import answer_follow_up, follow_up_placements
from services.matching.domain.follow_ups import (
    Answer,
    FollowUpCancelled,
    contradiction,
    months_after,
    started_by,
)
from services.matching.domain.placements import PlacementState
from services.matching.queries.follow_ups import FOLLOW_UP_KEY, ROW_KEY, FollowUpFilter, follow_ups, rows_of_file
from services.matching.queries.mismatches import MismatchFilter, mismatches
from services.matching.tables import FollowUp, OutcomeFileRow, Placement
from shared.auth.actor import Actor
from shared.errors import Invalid, NotFound, Stale
from tests.matching.callers import Callers
from tests.matching.files import csv_file
from tests.matching.market import MANAGER, TODAY, Market, S, day, employer, university

A = Answer


@pytest.mark.parametrize(
    ("start", "months", "then"),
    [
        (date(2026, 3, 2), 3, date(2026, 6, 2)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 1, 15), -3, date(2025, 10, 15)),
    ],
)
def test_months_are_months_of_the_calendar(start: date, months: int, then: date) -> None:
    assert months_after(start, months) == then


@pytest.mark.parametrize("months", [3, 6, 12])
def test_the_first_days_that_are_due_are_exactly_those_whose_day_has_come(months: int) -> None:
    for offset in range(0, 800, 3):
        today = date.fromordinal(date(2027, 1, 1).toordinal() + offset)
        last = started_by(today, months)
        assert months_after(last, months) <= today < months_after(date.fromordinal(last.toordinal() + 1), months)


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        ("still_there", "started", None),
        ("still_there", "ended", "still_employed"),
        ("moved_away", "started", "already_left"),
        ("moved_within_region", "started", "already_left"),
        ("out_of_work", "ended", None),
        ("unknown", "started", None),
        ("unknown", "ended", None),
    ],
)
def test_an_answer_contradicts_the_placement_or_does_not(answer: str, state: str, code: str | None) -> None:
    assert contradiction(Answer(answer), PlacementState(state)) == code


def _since(market: Market, days: int, **position: Any) -> Placement:
    """Somebody who started that many days ago."""
    trainee, opening = market.completer(), market.opening(opens_on=day(-800), **position)
    placement = market.propose(trainee, opening, on=day(-days))
    return market.move(placement, S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-days))


def _all(market: Market, *, by: Actor = MANAGER, **wanted: Any) -> list[FollowUp]:
    statement = follow_ups(FollowUpFilter(**wanted), by=by).order_by(*FOLLOW_UP_KEY)
    return market.ask(lambda session: list(session.scalars(statement)))


def _one(market: Market, days: int = 100) -> tuple[Placement, FollowUp]:
    placement = _since(market, days)
    follow_up_placements(market.database)
    return placement, _all(market, placement_id=placement.id)[0]


@pytest.mark.unhurried
def test_follow_ups_are_made_once_their_day_has_come(market: Market) -> None:
    long, short, fresh = _since(market, 400), _since(market, 100), _since(market, 20)
    intern = _since(market, 400, kind="internship")
    assert follow_up_placements(market.database) == 4
    assert follow_up_placements(market.database) == 0
    assert [each.months for each in _all(market, placement_id=long.id)] == [3, 6, 12]
    made = _all(market, placement_id=short.id)[0]
    assert (made.asked_about, (made.due_on - made.asked_about).days, made.state) == (months_after(day(-100), 3), 14, "open")
    assert market.happened(made.id) == ["follow_up.due"]
    assert [_all(market, placement_id=each.id) for each in (fresh, intern)] == [[], []]


def test_who_left_before_is_asked_about_too(small_market: Market) -> None:
    placement = _since(small_market, 200)
    small_market.move(placement, S.ENDED, on=day(-150))
    assert follow_up_placements(small_market.database) == 2


@pytest.mark.unhurried
def test_several_machines_at_once_make_each_follow_up_once(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    placements = [_since(market, 200) for _ in range(5)]
    monkeypatch.setattr("services.matching.commands.follow_ups.AT_ONCE", 2)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: follow_up_placements(market.database), range(4))) == 10
    for placement in placements:
        assert [market.happened(each.id) for each in _all(market, placement_id=placement.id)] == [["follow_up.due"]] * 2


def test_the_job_belongs_to_the_service() -> None:
    assert follow_up_placements in service.housekeeping


def test_an_answer_is_kept_and_a_later_one_replaces_it(market: Market) -> None:
    placement, follow_up = _one(market)
    market.do(answer_follow_up, follow_up.id, answer=A.UNKNOWN, on=day(-5), by=MANAGER)
    market.do(answer_follow_up, follow_up.id, answer=A.STILL_THERE, on=day(-2), by=MANAGER)
    market.do(answer_follow_up, follow_up.id, answer=A.STILL_THERE, on=day(-2), by=MANAGER)
    answered = _all(market, placement_id=placement.id)[0]
    assert (answered.state, answered.answer, answered.answered_for, answered.version) == ("answered", "still_there", day(-2), 3)
    assert market.happened(follow_up.id) == ["follow_up.due", "follow_up.answered", "follow_up.answered"]


def test_an_answer_that_contradicts_the_placement_is_a_mismatch_until_the_end_is_recorded(market: Market) -> None:
    placement, follow_up = _one(market)
    market.do(answer_follow_up, follow_up.id, answer=A.MOVED_AWAY, by=MANAGER)
    found = _mismatches(market, placement)
    assert [(each.code, each.claimant, each.owner, each.resolution) for each in found] == [
        ("already_left", "follow_up", "employer", None)
    ]
    market.move(placement, S.ENDED, on=day(-30))
    assert [each.resolution for each in _mismatches(market, placement)] == ["placement_over"]


def test_a_reversed_hire_has_nothing_to_follow_up(market: Market) -> None:
    placement, follow_up = _one(market)
    market.move(placement, S.REVERSED, on=day(-1))
    assert market.happened(follow_up.id) == ["follow_up.due", "follow_up.cancelled"]
    with pytest.raises(FollowUpCancelled):
        market.do(answer_follow_up, follow_up.id, answer=A.STILL_THERE, by=MANAGER)
    assert follow_up_placements(market.database) == 0


def test_answers_have_their_days_and_versions(small_market: Market) -> None:
    _, follow_up = _one(small_market)
    for on in (day(1), day(-101)):
        with pytest.raises(Invalid):
            small_market.do(answer_follow_up, follow_up.id, answer=A.UNKNOWN, on=on, by=MANAGER)
    with pytest.raises(Stale):
        small_market.do(answer_follow_up, follow_up.id, answer=A.UNKNOWN, by=MANAGER, expected=7)


def test_a_university_asks_its_own_and_a_company_nobody(small_market: Market) -> None:
    knu = small_market.university("knu")
    _, number = small_market.company()
    trainee, opening = small_market.completer(university_id=knu), small_market.opening(opens_on=day(-800))
    placement = small_market.propose(trainee, opening, on=day(-100))
    small_market.move(placement, S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-100))
    _, other = _one(small_market)
    assert [each.placement_id for each in _all(small_market, by=university("knu"))] == [placement.id]
    assert _all(small_market, by=employer(number)) == []
    with pytest.raises(NotFound):
        small_market.do(answer_follow_up, other.id, answer=A.UNKNOWN, by=university("knu"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file_answers_many_and_each_row_fares_by_itself(market: Market, encoding: str) -> None:
    placement, follow_up = _one(market)
    other, _ = _one(market)
    rows: list[list[object]] = [
        [follow_up.id, "", "", "재직", TODAY],
        ["", other.id, "3", "지역 외 이직", "2026.1.5."],
        ["", other.id, "3", "", ""],
        ["", other.id, "4", "unknown", ""],
        ["x", "", "", "unknown", ""],
        [uuid4(), "", "", "unknown", ""],
        [follow_up.id, "", "", "happy", ""],
        [follow_up.id, "", "", "재직", day(1)],
        [follow_up.id, "", "", "재직", TODAY],
    ]
    file = csv_file(["follow_up_id", "placement_id", "개월", "응답", "기준일"], rows, encoding=encoding)
    sent = market.do(answer_by_file, file, by=MANAGER)
    assert [(row.line, row.outcome, row.code) for row in _rows(market, sent.id)] == [
        (2, "applied", None),
        (3, "rejected", "too_early"),
        (5, "rejected", "not_a_number"),
        (6, "rejected", "not_an_id"),
        (7, "unmatched", "no_follow_up"),
        (8, "rejected", "not_an_answer"),
        (9, "rejected", "in_the_future"),
        (10, "unchanged", None),
    ]
    assert sent.counts == {"applied": 1, "rejected": 5, "unmatched": 1, "unchanged": 1}
    assert [each.answer for each in _all(market, placement_id=placement.id)] == ["still_there"]


def test_the_same_file_twice_changes_nothing_the_second_time(market: Market) -> None:
    placement, follow_up = _one(market)
    file = csv_file(["follow_up_id", "answer", "effective_on"], [[follow_up.id, "moved_away", TODAY]])
    counts = [market.do(answer_by_file, file, by=MANAGER).counts for _ in range(2)]
    assert counts == [{"differs": 1}, {"unchanged": 1}]
    assert len(_mismatches(market, placement)) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "unknown_encoding"),
        (b"answer,\x00", "nul"),
        (b"follow_up_id\n", "missing_column"),
        (b"answer,answer\n", "duplicate_column"),
        ("answer,성명\n".encode(), "unknown_column"),
        (b"answer,months\nunknown\n", "wrong_width"),
        (b'answer\n"unknown\n', "broken_quoting"),
        (b"answer\n" + b"x" * 1001 + b"\n", "cell_too_long"),
        (b"answer\n900101-1234567\n", "resident_number"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(small_market: Market, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        small_market.do(answer_by_file, content, by=MANAGER)
    assert (refused.value.code, refused.value.errors[0].code) == ("broken_file", code)


@pytest.mark.unhurried
def test_the_work_list_is_filled_in_and_sent_back_over_http(callers: Callers, market: Market) -> None:
    _, follow_up = _one(market)
    listed = callers.get("program-manager", "/follow-ups", state="open", due_before=day(60).isoformat()).json()["items"]
    assert [item["id"] for item in listed] == [str(follow_up.id)]
    work = callers.get("program-manager", "/follow-ups/work-list.csv").content.decode("utf-8-sig").splitlines()
    assert work[0] == "follow_up_id,placement_id,person_id,months,asked_about,due_on,answer,effective_on"
    filled = "\r\n".join([work[0], work[1][: -len(",")] + "still_there,"]).encode()
    sent = callers.send("program-manager", "/follow-ups/answers", filled)
    assert (sent.status_code, sent.json()["counts"]) == (201, {"applied": 1})
    path = sent.headers["Location"].removeprefix("/api/v1")
    assert callers.get("program-manager", f"{path}/rows").json()["items"][0]["outcome"] == "applied"
    whole = callers.get("program-manager", f"/follow-ups/{follow_up.id}")
    assert [each["answer"] for each in whole.json()["answers"]] == ["still_there"]
    of_it = f"/placements/{follow_up.placement_id}/follow-ups"
    assert len(callers.get("program-manager", of_it).json()["items"]) == 1
    one = callers.post(
        "program-manager", f"/follow-ups/{follow_up.id}/answers", {"answer": "unknown"}, if_match=whole.headers["ETag"]
    )
    assert (one.status_code, one.json()["answer"]) == (201, "unknown")


def test_rejected_rows_say_why_in_both_languages(callers: Callers, market: Market) -> None:
    sent = callers.send("program-manager", "/follow-ups/answers", b"follow_up_id,answer\nx,unknown\n")
    path = sent.headers["Location"].removeprefix("/api/v1")
    korean = callers.get("program-manager", f"{path}/rows", language="ko").json()["items"][0]
    assert (korean["line"], korean["code"], korean["message"]) == (2, "not_an_id", "이 시스템의 식별자가 아닙니다.")
    file = callers.get("program-manager", f"{path}/rows.csv").content.decode("utf-8-sig")
    assert "2,rejected,follow_up_id,not_an_id," in file
    assert callers.get("university-knu", path).status_code == 404


def _rows(market: Market, file_id: Any) -> list[OutcomeFileRow]:
    return market.ask(lambda session: list(session.scalars(rows_of_file(file_id).order_by(*ROW_KEY))))


def _mismatches(market: Market, placement: Placement) -> list[Any]:
    wanted = mismatches(MismatchFilter(placement_id=placement.id), by=MANAGER)
    return market.ask(lambda session: list(session.scalars(wanted)))
