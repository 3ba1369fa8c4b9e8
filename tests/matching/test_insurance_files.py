"""Employment insurance records by file: what they prove, what they contradict, and what cannot be matched."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from services.matching.commands import insurance_files
from services.matching.commands.insurance_files import match_insurance_file
from services.matching.queries.follow_ups import ROW_KEY, rows_of_file
from services.matching.queries.mismatches import MismatchFilter, mismatches
from services.matching.tables import OutcomeFile, Placement
from shared.contracts.employers import CompanyMerged
from shared.errors import Invalid
from tests.matching.callers import Callers
from tests.matching.files import csv_file
from tests.matching.market import MANAGER, Market, S, Trainee, day

HEADER = ["person_id", "business_number", "acquired_on", "lost_on"]


class Hired:
    """Somebody who works at a company since day -50."""

    def __init__(self, market: Market, trainee: Trainee | None = None) -> None:
        self.company_id, self.number = market.company()
        self.trainee = trainee or market.completer()
        proposed = market.propose(self.trainee, market.opening(company_id=self.company_id))
        self.placement = market.move(proposed, S.OFFERED, S.ACCEPTED, S.STARTED)

    def record(self, start: date = day(-50), lost: date | None = None) -> list[object]:
        return [self.trainee.person_id, self.number, start, lost or ""]


def _sent(market: Market, *rows: list[object], encoding: str = "utf-8") -> OutcomeFile:
    return market.do(match_insurance_file, csv_file(HEADER, rows, encoding=encoding), by=MANAGER)


def _fates(market: Market, file: OutcomeFile) -> list[tuple[int, str, str | None]]:
    statement = rows_of_file(file.id).order_by(*ROW_KEY)
    return market.ask(lambda session: [(row.line, row.outcome.value, row.code) for row in session.scalars(statement)])


def _open(market: Market, placement: Placement) -> list[tuple[str, str]]:
    wanted = mismatches(MismatchFilter(open=True, placement_id=placement.id), by=MANAGER)
    return market.ask(lambda session: [(each.code.value, each.claimant) for each in session.scalars(wanted)])


def test_whom_trainees_did_not_find_is_unmatched_and_nothing_is_missing_in_the_row(market: Market) -> None:
    header = [*HEADER, "result"]
    number = market.company()[1]
    rows = [["", number, day(-50), "", said] for said in ("unknown", "ambiguous", "found")]
    file = market.do(match_insurance_file, csv_file(header, rows), by=MANAGER)
    assert _fates(market, file) == [
        (2, "unmatched", "nobody_found"), (3, "unmatched", "several_found"), (4, "rejected", "required"),
    ]  # fmt: skip


def test_a_record_raises_the_evidence_to_the_best_there_is_and_once(market: Market) -> None:
    hired = Hired(market)
    files = [_sent(market, hired.record()) for _ in range(2)]
    assert [file.counts for file in files] == [{"applied": 1}, {"unchanged": 1}]
    whole = market.read(hired.placement)
    assert whole.placement.evidence_grade == 4
    assert [each.grade for each in whole.evidence] == [1, 4]
    assert market.events(hired.placement)[-1] == "evidenced"
    assert market.events(hired.placement).count("evidenced") == 1


def test_a_record_with_other_days_is_evidence_and_a_mismatch(market: Market) -> None:
    hired = Hired(market)
    assert _fates(market, _sent(market, hired.record(day(-30)))) == [(2, "differs", "start_differs")]
    assert _open(market, hired.placement) == [("start_differs", "record")]
    assert _fates(market, _sent(market, hired.record(day(-49)))) == [(2, "applied", None)]
    assert _open(market, hired.placement) == []


def test_insurance_is_lost_on_the_day_after_the_last(market: Market) -> None:
    hired = Hired(market)
    market.move(hired.placement, S.ENDED, on=day(-20))
    _sent(market, hired.record(lost=day(-12)))
    assert _open(market, hired.placement) == []
    _sent(market, hired.record(lost=day(-11)))
    assert _open(market, hired.placement) == [("end_differs", "record")]


def test_what_cannot_be_matched_says_why(market: Market) -> None:
    hired, elsewhere = Hired(market), Hired(market)
    waiting = market.placed(S.OFFERED)
    number = market.company()[1]
    file = _sent(
        market,
        [uuid4(), hired.number, day(-50), ""],
        [hired.trainee.person_id, elsewhere.number, day(-50), ""],
        hired.record(day(-400), day(-300)),
        hired.record(),
        hired.record(),
        ["x", hired.number, day(-50), ""],
        [hired.trainee.person_id, "123", day(-50), ""],
        [hired.trainee.person_id, hired.number, "", ""],
        [hired.trainee.person_id, hired.number, "2026-02-30", ""],
        [hired.trainee.person_id, hired.number, day(-50), day(-50)],
        [hired.trainee.person_id, hired.number, day(1), ""],
        [waiting.person_id, number, day(-50), ""],
    )
    assert _fates(market, file) == [
        (2, "unmatched", "unknown_person"),
        (3, "unmatched", "other_company"),
        (4, "unmatched", "no_overlap"),
        (5, "applied", None),
        (6, "rejected", "repeated"),
        (7, "rejected", "not_an_id"),
        (8, "rejected", "not_a_business_number"),
        (9, "rejected", "required"),
        (10, "rejected", "not_a_date"),
        (11, "rejected", "too_early"),
        (12, "rejected", "in_the_future"),
        (13, "unmatched", "other_company"),
    ]


def test_of_two_spells_at_one_company_the_nearer_is_meant(market: Market) -> None:
    first = Hired(market)
    market.move(first.placement, S.ENDED, on=day(-40))
    again = market.propose(first.trainee, market.opening(company_id=first.company_id), on=day(-20))
    again = market.move(again, S.OFFERED, S.ACCEPTED, S.STARTED, on=day(-15))
    _sent(market, first.record(day(-14)))
    assert [market.read(each).placement.evidence_grade for each in (first.placement, again)] == [1, 4]


def test_a_placement_that_has_not_started_is_not_proved(market: Market) -> None:
    company_id, number = market.company()
    trainee = market.completer()
    placement = market.move(market.propose(trainee, market.opening(company_id=company_id)), S.OFFERED)
    assert _fates(market, _sent(market, [trainee.person_id, number, day(-5), ""])) == [(2, "unmatched", "not_started")]
    assert market.read(placement).evidence == []


def test_a_merged_company_is_known_under_either_number(market: Market) -> None:
    before, after = Hired(market), Hired(market)
    survivor, number = market.company()
    for hired in (before, after):
        market.news(CompanyMerged(company_id=hired.company_id, into_id=survivor))
    rows = [before.record(), [after.trainee.person_id, number, day(-50), ""]]
    assert _sent(market, *rows).counts == {"applied": 2}


def test_an_office_file_in_cp949_with_korean_headings_is_read(market: Market) -> None:
    hired = Hired(market)
    number = f"{hired.number[:3]}-{hired.number[3:5]}-{hired.number[5:]}"
    header = ["교육생 ID", "사업자등록번호", "자격취득일", "자격상실일"]
    content = csv_file(header, [[hired.trainee.person_id, number, day(-50).strftime("%Y%m%d"), ""]], encoding="cp949")
    assert market.do(match_insurance_file, content, by=MANAGER).counts == {"applied": 1}


@pytest.mark.parametrize("more", ["성명", "주민등록번호", "name", "생년월일"])
def test_a_file_with_names_or_numbers_of_persons_is_refused_whole(small_market: Market, more: str) -> None:
    hired = Hired(small_market)
    with pytest.raises(Invalid) as refused:
        small_market.do(match_insurance_file, csv_file([*HEADER, more], [[*hired.record(), "x"]]), by=MANAGER)
    assert refused.value.errors[0].code == "unknown_column"
    assert small_market.read(hired.placement).placement.evidence_grade == 1


def test_a_file_of_more_rows_than_a_request_can_take_is_refused(small_market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    hired = Hired(small_market)
    monkeypatch.setattr("services.matching.commands.insurance_files.COLUMNS", replace(insurance_files.COLUMNS, most_rows=1))
    with pytest.raises(Invalid) as refused:
        _sent(small_market, hired.record(), hired.record())
    assert refused.value.errors[0].code == "too_many_rows"


@pytest.mark.unhurried
def test_many_rows_take_a_handful_of_reads(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    hired = [Hired(market) for _ in range(7)]
    monkeypatch.setattr("services.matching.commands.outcome_files.AT_ONCE", 3)
    file = _sent(market, *[each.record() for each in hired])
    assert file.counts == {"applied": 7}
    assert {market.read(each.placement).placement.evidence_grade for each in hired} == {4}


def test_the_file_over_http(callers: Callers, market: Market) -> None:
    hired = Hired(market)
    content = csv_file(HEADER, [hired.record(), [uuid4(), hired.number, day(-1), ""]])
    sent = callers.send("program-manager", "/employment-insurance-files", content)
    assert (sent.status_code, sent.json()["kind"], sent.json()["counts"]) == (201, "insurance", {"applied": 1, "unmatched": 1})
    path = sent.headers["Location"].removeprefix("/api/v1")
    rows = callers.get("program-manager", f"{path}/rows", outcome="unmatched").json()["items"]
    assert [(row["line"], row["message"]) for row in rows] == [(3, "The person has no placement here.")]
    broken = callers.send("program-manager", "/employment-insurance-files", b"name\nx\n")
    assert (broken.status_code, broken.json()["code"]) == (422, "broken_file")
    assert callers.send("university-knu", "/employment-insurance-files", content).status_code == 403
