"""A company learns who somebody is once they said yes to it, for as long as something comes of it, and never without a trace."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from services.trainees.commands.erasure import erase_person
from services.trainees.commands.merging import merge_persons, unmerge_person
from services.trainees.domain.identity import Ground
from services.trainees.domain.stages import Stage
from services.trainees.tables import AccessEntry, Employment, KnownCompany, PlacedPerson
from shared.contracts.employers import CompanyMerged, CompanyRegistered
from shared.contracts.matching import (
    PlacementAccepted,
    PlacementDatesCorrected,
    PlacementDeclined,
    PlacementEnded,
    PlacementEvent,
    PlacementExpired,
    PlacementMovedToPerson,
    PlacementOffered,
    PlacementProposed,
    PlacementReopened,
    PlacementReversed,
    PlacementStarted,
    PlacementWithdrawn,
)
from shared.events.contract import Event
from shared.ids import new_id
from tests.trainees.callers import ADMIN, AUDITOR, EXECUTIVE, MANAGER, Callers
from tests.trainees.story import MANAGER as THE_MANAGER
from tests.trainees.story import TODAY, Story, placement, somebody

pytestmark = pytest.mark.unhurried

KNU = "university-knu"
NUMBER, OTHERS = "1248100998", "2208162517"
COMPANY, OTHER = f"employer-{NUMBER}", f"employer-{OTHERS}"


class Hire:
    """One placement of a fictitious person at a company that is known, told step by step."""

    def __init__(self, story: Story, cohort_id: UUID | None = None) -> None:
        self.story = story
        self.enrolment = story.applicant(
            cohort_id or story.cohort().id, somebody("김하늘", phone="+821012345678", email="sky@example.kr")
        )
        self.id, self.company_id = new_id(), new_id()
        self.path = f"/persons/placed/{self.id}"
        story.news(registered(self.company_id, NUMBER))
        story.news(registered(new_id(), OTHERS))

    def step(self, news: type[PlacementEvent], *, person_id: UUID | None = None, **said: object) -> None:
        given = {"enrolment_id": self.enrolment.id, "company_id": self.company_id, **said}
        whose = person_id or self.enrolment.person_id
        self.story.news(placement(news, person_id=whose, placement_id=self.id, **given))


def registered(company_id: UUID, number: str) -> Event:
    return CompanyRegistered(
        company_id=company_id, business_number=number, name_ko="가상정밀", name_en="Fictitious Precision", region="27"
    )


def test_a_company_sees_whom_it_was_accepted_by_and_nobody_else_does(callers: Callers, story: Story) -> None:
    hire = Hire(story)

    def seen() -> dict[str, int]:
        return {who: callers.get(who, hire.path).status_code for who in (COMPANY, OTHER, MANAGER, ADMIN)}

    nobody = {COMPANY: 404, OTHER: 404, MANAGER: 404, ADMIN: 404}
    for before in (PlacementProposed, PlacementOffered):
        hire.step(before)
        assert seen() == nobody
        assert callers.get(COMPANY, "/persons/placed").json()["items"] == []
    assert story.count(AccessEntry) == 0
    hire.step(PlacementAccepted)
    assert seen() == {**nobody, COMPANY: 200, MANAGER: 200, ADMIN: 200}
    assert [
        callers.get(who, path).status_code for who in (KNU, EXECUTIVE, AUDITOR) for path in (hire.path, "/persons/placed")
    ] == ([403] * 6)
    assert callers.anonymous(hire.path).status_code == 401
    shown = callers.get(COMPANY, hire.path, purpose="hiring").json()
    assert shown == {
        "placement_id": str(hire.id), "company_id": str(hire.company_id), "person_id": str(hire.enrolment.person_id),
        "state": "accepted", "since": TODAY.isoformat(), "name": "김하늘", "phone": "+821012345678", "email": "sky@example.kr",
    }  # fmt: skip
    entries = story.rows(AccessEntry)
    assert len(entries) == 4  # whoever was refused saw nothing
    assert {(each["action"], each["person_id"]) for each in entries} == {("placed_person.read", hire.enrolment.person_id)}
    assert (entries[-1]["organisation"], entries[-1]["origin"], entries[-1]["purpose"]) == (NUMBER, "127.0.0.1", "hiring")
    [row] = callers.get(COMPANY, "/persons/placed").json()["items"]
    assert (row["placement_id"], row["name"], row["phone"], row["state"]) == (str(hire.id), "김*늘", "010-****-5678", "accepted")
    assert callers.get(OTHER, "/persons/placed", count="true").json()["total"] == 0
    assert callers.get(OTHER, "/persons/placed", company_id=hire.company_id).json()["items"] == []
    assert story.count(AccessEntry) == 4
    # Personal data stays out of everybody else's reach: the person themselves is not the company's to read.
    assert callers.get(COMPANY, f"/persons/{hire.enrolment.person_id}").status_code == 403


def test_what_falls_through_is_closed_again_and_a_job_is_known_for_a_year_after_it(callers: Callers, story: Story) -> None:
    cohorts = iter(story.cohorts(4))
    for news in (PlacementDeclined, PlacementWithdrawn, PlacementExpired):
        hire = Hire(story, next(cohorts).id)
        hire.step(PlacementAccepted)
        assert callers.get(COMPANY, hire.path).status_code == 200
        hire.step(news)
        assert callers.get(COMPANY, hire.path).status_code == callers.get(MANAGER, hire.path).status_code == 404
    hire = Hire(story, next(cohorts).id)

    def state() -> str:
        answer = callers.get(COMPANY, hire.path)
        return f"{answer.json()['state']} {answer.json()['since']}" if answer.is_success else str(answer.status_code)

    began, ended, long_ago = (TODAY - timedelta(days) for days in (500, 365, 366))
    hire.step(PlacementAccepted, effective_on=began)
    hire.step(PlacementStarted, effective_on=began)
    assert state() == f"started {began}"
    hire.step(PlacementEnded, effective_on=ended)
    assert state() == f"ended {ended}"
    hire.step(PlacementDatesCorrected, effective_on=long_ago, started_on=began, ended_on=long_ago, reason="record", by="program")
    assert story.rows(Employment)[0]["ended_on"] == long_ago
    assert state() == "404"
    assert callers.get(MANAGER, hire.path).json()["state"] == "ended"
    hire.step(PlacementReopened, effective_on=TODAY)
    assert state() == f"started {TODAY}"
    hire.step(PlacementReversed)
    assert state() == "404"


def test_the_name_is_that_of_whom_the_person_counts_as_and_goes_with_their_data(callers: Callers, story: Story) -> None:
    one, another = story.cohorts(2)
    hire = Hire(story, one.id)
    other = story.applicant(another.id, somebody("이바다"))
    hire.step(PlacementAccepted)

    def name() -> str:
        answer = callers.get(COMPANY, hire.path)
        return str(answer.json().get("name", answer.status_code))

    story.do(merge_persons, other.person_id, hire.enrolment.person_id, by=THE_MANAGER)
    assert name() == "이바다"
    hire.step(PlacementMovedToPerson, person_id=other.person_id, moved_from_person_id=hire.enrolment.person_id)
    story.do(unmerge_person, hire.enrolment.person_id, by=THE_MANAGER)
    assert name() == "김하늘"  # before matching has told that the placement is theirs again
    hire.step(PlacementMovedToPerson, person_id=hire.enrolment.person_id, moved_from_person_id=other.person_id)
    story.move(hire.enrolment.id, Stage.WITHDRAWN, on=TODAY)
    story.do(erase_person, hire.enrolment.person_id, ground=Ground.REQUEST, by=THE_MANAGER)
    answer = callers.get(COMPANY, hire.path)
    assert (answer.status_code, answer.json()["code"]) == (410, "person_erased")
    assert callers.get(OTHER, hire.path).status_code == 404
    assert callers.get(COMPANY, "/persons/placed").json()["items"] == []


def test_companies_and_placements_may_be_told_in_any_order_and_twice(story: Story) -> None:
    trainee = story.applicant(story.cohort().id)
    survivor, merged, job = new_id(), new_id(), new_id()
    told = {"person_id": trainee.person_id, "placement_id": job, "enrolment_id": trainee.id, "company_id": merged}
    # Each topic keeps its own order per key; between them there is none.
    streams: tuple[tuple[Event, ...], ...] = (
        (registered(survivor, NUMBER),),
        (registered(merged, OTHERS), CompanyMerged(company_id=merged, into_id=survivor)),
        (placement(PlacementAccepted, **told), placement(PlacementStarted, **told)),
    )
    found = set()
    for order in permutations(streams):
        for event in [event for stream in order for event in (*stream, stream[-1])]:
            story.news(event)
        companies = tuple((row["company_id"], row["business_number"], row["into_id"]) for row in story.rows(KnownCompany))
        found.add((companies, tuple(tuple(row.items()) for row in story.rows(PlacedPerson))))
    [(companies, placed)] = found
    assert set(companies) == {(survivor, NUMBER, None), (merged, OTHERS, survivor)}
    assert len(placed) == 1
