"""The pages of cohorts, organisations, matching and data over HTTP: their figures, who may see them, what is passed on."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.reporting.commands import roll_up
from services.reporting.queries import bridges, funnel, named, proceedings, scorecards
from services.reporting.queries.standards import side_by_side
from services.reporting.queries.values import question
from services.reporting.tables import SHARE_LINK
from shared.clock import now
from shared.db import Database
from shared.ids import new_id
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site, site
from tests.reporting.told_at_length import TOLD_ON, Tale, tell

pytestmark = pytest.mark.unhurried
AS_OF = f"as_of={TOLD_ON}"
NOT_THERE = 404


@dataclass(frozen=True)
class Told:
    site: Site
    tale: Tale
    database: Database


@pytest.fixture(scope="module")
def told(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The longer story, with its sums kept. Tests add links and views to it, and nothing else."""
    folder = tmp_path_factory.mktemp("told-at-length")
    shutil.copyfile(template, folder / "reporting.db")
    database = Database(f"sqlite:///{folder / 'reporting.db'}", service="reporting")
    tale = tell(Happenings(database))
    while roll_up(database):
        continue
    with site(database, folder, demo=False) as found:
        yield Told(found, tale, database)
    database.close()


def as_(told: Told, who: str | None) -> httpx.Client:
    return told.site.client(who)


def post(client: httpx.Client, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    return client.post(path, json=body, headers={"Idempotency-Key": str(new_id())})


def page(client: httpx.Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_cohort_is_counted_from_its_applicants_to_those_who_stayed(told: Told) -> None:
    with told.database.read() as session:
        scope = question(session, as_of=TOLD_ON, staff=True)
        cohort = named.find_cohort(session, scope, told.tale.cohorts[0].id)
        found = funnel.funnel_of(session, cohort, scope)
        assert {step.step.value: step.number for step in found.steps} == {
            "applied": 50, "selected": 14, "enrolled": 14, "interned": 13, "completed": 13, "employed": 7, "retained": None,
        }  # fmt: skip
        later = funnel.funnel_of(session, cohort, replace(scope, as_of=date(2021, 2, 1)))
        assert later.steps[-1].number == 7
    with as_(told, "executive") as reader:
        assert "53.8%" in page(reader, f"/cohorts/{cohort.id}?{AS_OF}")


def test_standards_from_the_sums_and_near_facts_are_the_same_as_from_all_facts(told: Told) -> None:
    cohort = told.tale.cohorts[0].id
    with told.database.read() as session:
        scope = question(session, as_of=date(2021, 8, 1), staff=True)
        whole = side_by_side(session, replace(scope, only={"cohort_id": cohort}))
        values = bridges.by_every_standard(session, scope, cohort)
        near = bridges.bridges_of(session, scope, cohort)
        earlier = bridges.bridges_of(session, replace(scope, newest=False), cohort)
        assert [each.reading for each in values] == [each.value.reading for each in whole.measured]
        expected = [[(step.crossing, step.text) for step in bridge.steps] for bridge in whole.bridges]
        assert any(expected)
        for found in (near, earlier):
            assert [[(step.crossing, step.text) for step in bridge.steps] for bridge in found] == expected


def test_scorecards_tell_of_promises_rosters_rounds_and_offers(told: Told) -> None:
    school, company = told.tale.universities[0], told.tale.companies[0]
    with told.database.read() as session:
        scope = question(session, as_of=TOLD_ON, staff=True)
        card = scorecards.company_card(session, scope, company)
        assert (card.pledged, card.kept.due, card.kept.kept) == (9, 9, 7)
        assert (card.figures["seats_filled"].value, card.figures["time_to_fill"].value) == (7, 182)
        sent = proceedings.punctuality(session, scope)[school]
        assert (sent.days_since(TOLD_ON), sent.lately, sent.read, sent.rejected, sent.held) == (8, 2, 25, 2, 3)
        assert [found.state for found in proceedings.rounds(session, scope)] == ["proposed", "published"]
        assert [age.offers for age in proceedings.open_offers(session, scope)] == [0, 0, 1, 0, 0]
        before = question(session, as_of=date(2020, 8, 31), staff=True)
        assert sum(age.offers for age in proceedings.open_offers(session, before)) == 0
        assert proceedings.punctuality(session, before)[school].held == 0
    with as_(told, "executive") as reader:
        assert "1.25" in page(reader, f"/matching?{AS_OF}")
        assert "8 days ago" in page(reader, f"/universities?{AS_OF}")
        assert "Disagreements with sources" in page(reader, "/data")


@pytest.mark.parametrize(("who", "own", "theirs", "closed"), [
    ("university-knu", "universities", "universities", "/companies"),
    ("employer-1234567891", "companies", "companies", "/cohorts"),
])  # fmt: skip
def test_an_organisation_sees_its_own_page_and_nobody_elses(told: Told, who: str, own: str, theirs: str, closed: str) -> None:
    mine, other = getattr(told.tale, own)
    with as_(told, who) as reader:
        listed = page(reader, f"/{own}?{AS_OF}")
        assert (f"/{own}/{mine}" in listed, f"/{theirs}/{other}" in listed) == (True, False)
        assert reader.get(f"/{own}/{mine}").status_code == 200
        unknown = reader.get(f"/{own}/{new_id()}")
        refused = reader.get(f"/{theirs}/{other}")
        assert refused.status_code == unknown.status_code == NOT_THERE
        assert refused.text.replace(str(other), "") == unknown.text.replace(unknown.request.url.path.split("/")[-1], "")
        assert (reader.get(closed).status_code, reader.get("/data").status_code) == (403, 403)


def test_a_university_opens_its_own_cohorts_only(told: Told) -> None:
    mine, other = (cohort.id for cohort in told.tale.cohorts)
    with as_(told, "university-knu") as reader:
        assert str(other) not in page(reader, "/cohorts")
        assert (reader.get(f"/cohorts/{mine}").status_code, reader.get(f"/cohorts/{other}").status_code) == (200, NOT_THERE)


@pytest.mark.parametrize(("language", "back"), [("ko", "첫 화면으로"), ("en", "To the start page")])
def test_what_makes_no_sense_is_answered_by_a_page_with_the_way_back(told: Told, language: str, back: str) -> None:
    paths = (
        "/cohorts/nothing", "/universities/0", "/companies/x", "/cohorts?as_of=2999-01-01", "/matching?as_of=yesterday",
        "/data?known_at=2999-01-01T00:00", "/indicators/nothing/facts", "/indicators/completion_rate/facts?part=nothing",
        "/account?address=https://elsewhere.example", "/shared/nothing",
    )  # fmt: skip
    with as_(told, "program-manager") as reader:
        for path in paths:
            answer = reader.get(path, headers={"Accept-Language": language})
            assert answer.status_code in {404, 422}, path
            assert (f'lang="{language}"' in answer.text, back in answer.text) == (True, True), path
            assert "Traceback" not in answer.text


def test_looking_behind_a_figure_is_for_the_staff_and_written_down(told: Told) -> None:
    path = f"/indicators/completion_rate/facts?cohort_id={told.tale.cohorts[0].id}&part=numerator"
    with as_(told, "executive") as reader:
        assert reader.get(path).status_code == 403
    with as_(told, "program-manager") as staff:
        assert len(re.findall(r"20\d\d completed", page(staff, path))) == 13
    with as_(told, "auditor") as auditor:
        last = auditor.get("/api/v1/facts-read").json()["items"][-1]
    assert (last["indicator"], last["things"], last["asked"]["part"]) == ("completion_rate", 13, "numerator")


def test_a_view_is_its_owners_until_it_is_shared_with_a_role(told: Told) -> None:
    with as_(told, "program-manager") as owner, as_(told, "executive") as other:
        refused = post(owner, "/api/v1/views", {"name": "x", "address": "//elsewhere.example/cohorts"})
        assert refused.status_code == 422
        made = post(owner, "/api/v1/views", {"name": "Cohorts in autumn", "address": f"/cohorts?lang=ko&{AS_OF}"})
        assert made.json()["address"] == f"/cohorts?{AS_OF}"
        place = made.headers["Location"]
        assert other.get(place).status_code == NOT_THERE
        tag = {"If-Match": made.headers["ETag"]}
        assert owner.patch(place, json={"shared_with": ["executive"]}, headers=tag).status_code == 200
        assert [each["name"] for each in other.get("/api/v1/views").json()["items"]] == ["Cohorts in autumn"]
        assert other.delete(place).status_code == NOT_THERE
        assert owner.delete(place).status_code == 204
        assert other.get(place).status_code == NOT_THERE


def test_a_link_opens_one_page_as_of_its_day_until_it_is_revoked(told: Told) -> None:
    cohort = told.tale.cohorts[0].id
    body = {"name": "For the council", "address": f"/cohorts/{cohort}?steps=on", "as_of": str(TOLD_ON)}
    with as_(told, "program-manager") as owner, as_(told, None) as anybody:
        soon = (now() + timedelta(days=3)).isoformat()
        made = post(owner, "/api/v1/share-links", {**body, "expires_at": soon}).json()
        answer = anybody.get(f"{made['path']}?{AS_OF.replace('2020', '2021')}&lang=en")
        assert answer.status_code == 200
        assert "As of September 9, 2020" in answer.text
        assert "For the council" in answer.text
        assert "no-store" in answer.headers["Cache-Control"]
        # What the owner, who is of the staff, would see beyond an executive is not there; nor is any other page.
        assert "Both count the same" not in answer.text
        assert "/indicators/completion_rate/facts" not in answer.text
        assert "Sign in" in anybody.get("/cohorts").text
        assert anybody.get(made["path"] + "/more").status_code == NOT_THERE
        with told.database.read() as session:
            kept = session.execute(select(SHARE_LINK)).mappings().all()
        assert made["path"].rsplit("/", 1)[-1] not in str(kept)
        place = f"/api/v1/share-links/{made['id']}"
        with as_(told, "executive") as other:
            assert other.get(place).status_code == NOT_THERE
        assert post(owner, f"{place}/revocation").json()["revoked_by"]
        assert anybody.get(made["path"]).status_code == 410
        used = [each["outcome"] for each in owner.get(f"{place}/uses").json()["items"]]
        assert used == ["opened", "revoked"]


def test_an_expired_link_and_one_to_what_is_behind_figures_open_nothing(told: Told) -> None:
    soon = (now() + timedelta(days=3)).isoformat()
    with as_(told, "university-knu") as owner, as_(told, None) as anybody:
        body = {"name": "x", "address": "/universities", "expires_at": soon}
        path = post(owner, "/api/v1/share-links", body).json()["path"]
        listed = anybody.get(path).text
        assert [str(each) in listed for each in told.tale.universities] == [True, False]
        told.database.run(lambda session: session.execute(SHARE_LINK.update().values(expires_at=now() - timedelta(seconds=1))))
        over = anybody.get(path, headers={"Accept-Language": "ko"})
        assert (over.status_code, "더 이상 쓸 수 없는 링크입니다" in over.text) == (410, True)
        then = post(owner, "/api/v1/share-links", {**body, "address": f"/universities?{AS_OF}"}).json()
        assert f"as_of={then['as_of']}" == AS_OF
        behind = {**body, "address": "/indicators/completion_rate/facts"}
        assert post(owner, "/api/v1/share-links", behind).status_code == 422
        assert post(owner, "/api/v1/share-links", {**body, "expires_at": "2999-01-01T00:00:00Z"}).status_code == 422
