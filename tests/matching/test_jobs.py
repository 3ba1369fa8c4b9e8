"""What takes longer than a request should is left to the workers: any of them, and no piece of it is done twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from services.matching.commands import jobs as job_commands
from services.matching.commands.insurance_files import match_insurance_file
from services.matching.commands.jobs import MOST_ATTEMPTS, forget_jobs, run_next_job
from services.matching.commands.working import work_on_matching
from services.matching.domain.jobs import JobState
from services.matching.tables import Job, OutcomeFile
from shared.auth.actor import Actor, Role
from shared.clock import now
from shared.ids import new_id
from tests.matching.callers import MANAGER, UNIVERSITY, Callers
from tests.matching.files import csv_file
from tests.matching.market import Market
from tests.matching.test_insurance_files import HEADER, Hired
from tests.matching.test_rounds import drafted


def done(callers: Callers, market: Market, answer: Any) -> dict[str, Any]:
    """The job behind a 202, once a worker was at it."""
    assert answer.status_code == 202, answer.text
    path = answer.headers["Location"].removeprefix("/api/v1")
    waiting = callers.get(MANAGER, path)
    assert (waiting.json()["state"], waiting.json()["progress"], waiting.headers["Retry-After"]) == ("waiting", 0, "1")
    assert work_on_matching(market.database)
    content: dict[str, Any] = callers.get(MANAGER, path).json()
    followed = callers.get(MANAGER, f"{path}/events")
    assert followed.headers["content-type"].startswith("text/event-stream")
    assert orjson.loads(followed.text.split("data: ")[1]) == {
        key: content[key] for key in ("kind", "state", "progress", "failure")
    }
    return content


def test_work_is_followed_while_it_goes_on(callers: Callers, market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.matching.commands.round_jobs.FEW_SIDES", 0)
    monkeypatch.setattr("shared.http.progress._PAUSE", 0.02)
    market.completer()
    path = callers.move(MANAGER, drafted(callers), "frozen").headers["Location"].removeprefix("/api/v1")
    with ThreadPoolExecutor(1) as aside:
        following = aside.submit(callers.get, MANAGER, f"{path}/events")
        assert work_on_matching(market.database)
        told = [orjson.loads(line.removeprefix("data: ")) for line in following.result().text.splitlines() if "data: " in line]
    assert [told[-1]["state"], told[-1]["progress"]] == ["done", 100]
    assert callers.get(UNIVERSITY, f"{path}/events").status_code == 403
    assert callers.get(MANAGER, f"/rounds/{new_id()}/jobs/{new_id()}/events").status_code == 404


@pytest.mark.unhurried
def test_a_large_round_is_frozen_compared_and_proposed_by_workers(
    callers: Callers, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.matching.commands.round_jobs.FEW_SIDES", 1)
    monkeypatch.setattr("services.matching.api.rounds.FEW_PAIRS", 0)
    monkeypatch.setattr("services.matching.commands.round_jobs.AT_ONCE", 1)
    monkeypatch.setattr("services.matching.commands.round_placements.AT_ONCE", 2)
    for _ in range(3):
        market.opening()
        market.completer()
    path = drafted(callers)
    asked = callers.move(MANAGER, path, "frozen")
    assert asked.json()["state"] == "draft"
    again = callers.move(MANAGER, path, "frozen")
    assert again.headers["Location"] == asked.headers["Location"], "who asks twice is told of the same job"
    frozen = done(callers, market, asked)
    whole = callers.get(MANAGER, path)
    assert (frozen["state"], frozen["result"]["version"], whole.json()["state"]) == ("done", whole.json()["version"], "frozen")
    assert frozen["result"]["snapshot_hash"] == whole.json()["snapshot_hash"]
    compared = callers.post(MANAGER, f"{path}/what-if", {"optimal": "employers"}, if_match=whole.headers["ETag"])
    told = done(callers, market, compared)
    assert (told["kind"], told["result"]["stable"], told["result"]["after"]["placed"]) == ("what_if", True, 3)
    assert callers.get(UNIVERSITY, compared.headers["Location"].removeprefix("/api/v1")).status_code == 403
    callers.move(MANAGER, path, "running")
    assert work_on_matching(market.database)
    callers.move(MANAGER, path, "published")
    offered = callers.post(MANAGER, f"{path}/placements", {})
    assert (offered.json()["items"], offered.json()["left"]) == ([], 3)
    assert done(callers, market, offered)["result"] == {"proposed": 3, "refused": 0, "left": 0}
    assert len(callers.get(MANAGER, "/placements").json()["items"]) == 3
    assert callers.get(MANAGER, f"{path}/jobs/{path.rsplit('/', maxsplit=1)[-1]}").status_code == 404


@pytest.mark.unhurried
def test_a_round_that_changed_meanwhile_is_not_frozen_as_it_was(
    callers: Callers, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.matching.commands.round_jobs.FEW_SIDES", 0)
    somebody = market.completer()
    path = drafted(callers)
    asked = callers.move(MANAGER, path, "frozen")
    etag = callers.get(MANAGER, path).headers["ETag"]
    ranking = {"side": "trainee", "owner_id": str(somebody.person_id), "ranked": [str(new_id())]}
    assert callers.put(MANAGER, f"{path}/rankings", ranking, if_match=etag).status_code == 200
    found = done(callers, market, asked)
    assert (found["state"], found["failure"]) == ("failed", "stale")
    assert callers.get(MANAGER, path).json()["state"] == "draft"


@pytest.fixture
def long_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows make a long file, and one a piece."""
    monkeypatch.setattr("services.matching.commands.outcome_files.FEW_ROWS", 1)
    monkeypatch.setattr("services.matching.commands.outcome_files.AT_ONCE", 1)


@pytest.mark.unhurried
@pytest.mark.usefixtures("long_files")
def test_a_long_file_goes_on_where_a_worker_died(callers: Callers, market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    hired = [Hired(market) for _ in range(3)]
    rows: list[list[object]] = [*(each.record() for each in hired), hired[0].record(), ["nonsense", "1", "2", ""]]
    sent = callers.send(MANAGER, "/employment-insurance-files", csv_file(HEADER, rows))
    assert (sent.status_code, sent.json()["state"], sent.json()["counts"]) == (202, "waiting", {"rejected": 1})
    path = sent.headers["Location"].removeprefix("/api/v1")
    finished = job_commands.finish

    def dies(_job: Job) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("services.matching.commands.outcome_files.finish", dies)
    with pytest.raises(ZeroDivisionError):
        work_on_matching(market.database)
    monkeypatch.setattr("services.matching.commands.outcome_files.finish", finished)
    assert callers.get(MANAGER, path).json()["state"] == "running"
    assert not work_on_matching(market.database), "its lease holds"
    with market.database.write() as writing:
        writing.execute(update(Job).values(leased_until=now() - timedelta(seconds=1)))
    assert work_on_matching(market.database)
    whole = callers.get(MANAGER, path).json()
    assert (whole["state"], whole["progress"], whole["counts"]) == ("done", 100, {"applied": 3, "rejected": 2})
    followed = callers.get(MANAGER, f"{path}/events").text
    assert orjson.loads(followed.split("data: ")[1]) == {name: whole[name] for name in ("state", "progress", "counts", "failure")}
    codes = {row["line"]: row["code"] for row in callers.get(MANAGER, f"{path}/rows").json()["items"]}
    assert codes == {2: None, 3: None, 4: None, 5: "repeated", 6: "not_a_date"}
    assert [market.events(each.placement).count("evidenced") for each in hired] == [1, 1, 1]
    with market.database.read() as reading:
        assert reading.scalars(select(col(Job.content))).all() == [None]


@pytest.mark.usefixtures("long_files")
def test_what_stops_every_worker_is_given_up_and_what_is_old_forgotten(small_market: Market) -> None:
    hired = [Hired(small_market) for _ in range(2)]
    records = csv_file(HEADER, [each.record() for each in hired])
    small_market.do(match_insurance_file, records, by=Actor("manager", frozenset({Role.PROGRAM_MANAGER})))
    free = update(Job).values(leased_until=None, attempts=MOST_ATTEMPTS)
    with small_market.database.write() as session:
        session.execute(free)
    assert run_next_job(small_market.database, {})
    with small_market.database.read() as reading:
        job, file = reading.scalars(select(Job)).one(), reading.scalars(select(OutcomeFile)).one()
    assert (job.state, job.failure, job.content) == (JobState.FAILED, "given_up", None)
    assert (file.state, file.failure) == (JobState.FAILED, "given_up")
    assert forget_jobs(small_market.database) == 0
    with small_market.database.write() as session:
        session.execute(update(Job).values(created_at=now() - timedelta(days=31)))
    assert forget_jobs(small_market.database) == 1
