"""The demo: the published totals, through the public API, the same every time, also after an interruption."""

import io
import socket
import threading
import time
from pathlib import Path

import pytest
from rich.console import Console

from services.demo import Interrupted, load, plan
from services.reconciliation.report import reconcile
from shared.settings import load_settings
from tests.journeys.world import World, running

PUBLISHED = {1: (62, 52), 2: (82, 63), 3: (81, 58)}


def test_the_plan_holds_what_was_published_and_marks_what_was_made_up() -> None:
    cohorts = plan.cohorts()
    assert cohorts == plan.cohorts()
    for ordinal, (completed, employed) in PUBLISHED.items():
        trainees = [trainee for cohort in cohorts if cohort.ordinal == ordinal for trainee in cohort.trainees]
        assert sum(trainee.completes for trainee in trainees) == completed
        assert sum(trainee.hired_on is not None for trainee in trainees) == employed
    third = [trainee for cohort in cohorts if cohort.ordinal == 3 for trainee in cohort.trainees]
    assert len(third) == 90
    first = [t.reported_on for cohort in cohorts if cohort.ordinal == 1 for t in cohort.trainees if t.reported_on]
    assert [sum(day <= known for day in first) for _, known in plan.KNOWN_OF_COHORT_1] == [46, 49, 52]
    assert {program.field for program in plan.PROGRAMS} == {"robot", "medical", "future_mobility", "ict", "water"}
    everybody = [trainee for cohort in cohorts for trainee in cohort.trainees]
    assert all(trainee.name.endswith("(가상)") for trainee in everybody)
    assert all(company.name_ko.endswith("(가상)") and company.business_number.startswith("000") for company in plan.companies())
    assert len({trainee.phone for trainee in everybody}) == len(everybody)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_demo_loads_through_the_api_also_after_an_interruption(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running(load_settings(data=tmp_path / "var", port=port)) as world:
        world.runtime.start_workers()
        marker, console = tmp_path / "demo.json", Console(file=io.StringIO())
        stopping = threading.Event()
        threading.Thread(target=interrupt, args=(world, stopping), daemon=True).start()
        with pytest.raises(Interrupted):
            load(world.origin, marker=marker, console=console, stopping=stopping)
        assert not marker.exists()
        assert world.value("participations")["numerator"] > 0, "the interruption must come in the middle"
        load(world.origin, marker=marker, console=console, stopping=threading.Event())
        assert_published(world)
        written = sum(1 for _ in world.manager.get("/enrolments", limit=500)["items"])
        load(world.origin, marker=marker, console=console, stopping=threading.Event())
        assert sum(1 for _ in world.manager.get("/enrolments", limit=500)["items"]) == written == 234
        assert_partners(world)
        assert_matched(world)
        assert "loaded on" in console.file.getvalue()  # type: ignore[attr-defined]


def interrupt(world: World, stopping: threading.Event) -> None:
    """Stop the loading as soon as the reports know of somebody who took part."""
    while not world.value("participations")["numerator"]:
        time.sleep(0.2)
    stopping.set()


def assert_published(world: World) -> None:
    runtime = world.runtime
    assert runtime.event_log is not None
    result = reconcile(runtime.services, runtime.event_log, prefix="hustar", patience=60)
    assert result.agrees, (result.waiting, result.findings)
    for ordinal, (completed, employed) in PUBLISHED.items():
        cohorts = [cohort["id"] for cohort in world.manager.get("/cohorts", limit=500)["items"] if cohort["ordinal"] == ordinal]
        assert len(cohorts) == 5
        values = [world.value("employment_rate_completers", cohort_id=cohort) for cohort in cohorts]
        assert (sum(v["numerator"] for v in values), sum(v["denominator"] for v in values)) == (employed, completed)
    for day, known, percent in (("2020-12-10", 46, 74.2), ("2020-12-31", 49, 79.0), ("2022-01-07", 52, 83.9)):
        then = world.value("employment_rate_completers", cohort_ordinal=1, as_of=day)
        assert (then["numerator"], then["denominator"], then["value"]) == (known, 62, percent)
    assert world.value("talents_trained")["value"] == 225
    pooled = world.value("employment_rate_completers")
    assert (pooled["numerator"], pooled["denominator"], pooled["value"]) == (173, 225, 76.9)


def assert_partners(world: World) -> None:
    """Forty companies, 150 postings of 400 seats, of which the academy's are filled but for one each."""
    companies = world.manager.get("/companies", limit=500)["items"]
    positions = world.manager.get("/positions", limit=500)["items"]
    assert (len(companies), len(positions), sum(row["seats"] for row in positions)) == (40, 150, 400)
    counts = {state: sum(row["seat_counts"][state] for row in positions) for state in ("filled", "lapsed", "reserved")}
    assert counts == {"filled": 173, "lapsed": 30, "reserved": 0}


def assert_matched(world: World) -> None:
    """One round over everybody who completed and every position with a seat to offer."""
    [row] = world.manager.get("/rounds", limit=500)["items"]
    positions = world.manager.get("/positions", limit=500)["items"]
    offering = sum(each["state"] in {"open", "paused"} and each["seat_counts"]["open"] > 0 for each in positions)
    assert (row["state"], row["trainees"], row["positions"]) == ("published", 225, offering)
    whole = world.manager.get(f"/rounds/{row['id']}")
    assert whole["verification"]["holds"]
    assert whole["figures"]["placed"] > 0
