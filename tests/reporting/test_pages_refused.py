"""Questions that pages cannot answer are told so with the way back, and the data page names every source that is not sound."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from services.reporting.tables import DRIFT, PeriodLock, Restatement
from shared.clock import now
from shared.contracts.trainees import TraineesTallied
from shared.db import WriteSession
from shared.events.tables import dead_letter
from shared.ids import new_id
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site
from tests.reporting.told import TALENTS, Told
from tests.serving import WITHOUT_TLS
from tests.waiting import PATIENCE

pytestmark = pytest.mark.unhurried
RATE = "/indicators/employment_rate_completers"
PLAN = "/goals/future-talent-city-daegu"


def asked(site: Site, path: str, language: str = "en") -> tuple[int, str]:
    """The status of a page, and roughly what its reader sees."""
    mark = "&" if "?" in path else "?"
    answer = httpx.get(f"{site.origin}{path}{mark}lang={language}", timeout=PATIENCE, verify=WITHOUT_TLS)
    return answer.status_code, unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"/goals/hustar/{TALENTS}", 404, "goal"),
        (f"{PLAN}/no-such-goal", 404, "goal"),
        (f"{RATE}?by=moon", 422, "By"),
        (f"{RATE}?every=week", 422, "month"),
        (f"{RATE}?as_of=2020-12-31&from_as_of=2021-01-31", 422, "Must not be after the as-of date."),
        (f"{RATE}?from_as_of=soon", 422, "Must be a date such as 2026-03-01."),
        (f"{RATE}?version=99", 404, "indicator"),
        ("/companies/nothing", 404, "company"),
        ("/universities/00000000-0000-7000-8000-000000000000", 404, "university"),
    ],
)
def test_what_cannot_be_asked_of_a_page_is_told_with_the_way_back(told: Told, path: str, status: int, said: str) -> None:
    found, text = asked(told.demo, path)
    assert (found, said.casefold() in text.casefold()) == (status, True), text
    assert "첫 화면으로" in asked(told.demo, path, "ko")[1]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{RATE}?as_of=2020-12-31&by=cohort_id&cohort_ordinal=2&every=academic_year", "Cohort 2"),
        ("/indicators/jobs_created?as_of=2020-12-31&from_as_of=2020-07-31", "Happened since"),
        (f"{PLAN}/{TALENTS}?forecast=now", "forecast"),
        (f"{PLAN}/{TALENTS}?as_of=2020-12-31", "less than 1%"),
        ("/companies?page=99", "Company"),
    ],
)
def test_a_page_answers_what_it_was_asked_and_no_more(told: Told, path: str, said: str) -> None:
    status, text = asked(told.demo, path)
    assert (status, said.casefold() in text.casefold()) == (200, True), text


def test_the_data_page_names_each_source_that_is_silent_disagrees_or_was_set_aside(
    demo_site: Site, light_world: Happenings
) -> None:
    light_world.enrolment(light_world.cohort(), "applied", "selected")
    id_, numbers = new_id(), {"events": {"enrolment": 2, "cohort": 5}, "things": {"enrolment": 1, "cohort": 1}}
    light_world.say(id_, TraineesTallied(tally_id=id_, taken_at=now() - timedelta(hours=30), **numbers))
    light_world.arrive()
    letter = {"consumer": "reporting.g1", "topic": "hustar.trainees.cohort.v1", "partition": 0, "offset": 3, "waiting": False}
    letter |= {"headers": "[]", "recorded_at": now(), "logged_at": now(), "reason": "broken", "detail": "x"}
    drift = {"source": "trainees.cohort", "told": 5, "taken_in": 1, "found_at": now(), "seen_at": now()}

    def noted(session: WriteSession) -> None:
        session.execute(dead_letter.insert().values(**letter))
        session.execute(DRIFT.insert().values(**drift))
        session.add(PeriodLock(period="2020-05", locked=True, by="manager", reason="closed"))
        session.add(PeriodLock(period="2020-04", locked=False, by="manager"))
        about: dict[str, Any] = {"kind": "observation", "plan": "hustar", "subject": "satisfaction", "period": "2020", "by": "m"}
        session.add(Restatement(**about, before=81.5, after=80, reason="found wrong"))

    light_world.database.run(noted)
    status, text = asked(demo_site, "/data")
    assert status == 200
    for said in ("silent since", "not yet", "locked", "open again", "Observed value", "81.5 80 found wrong", "0 / 2"):
        assert said in text, said
    assert "잠김" in asked(demo_site, "/data", "ko")[1]
