"""What is kept beyond a sync: corrections that stick, the mirror, the scorecard, the profile, and the export."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from services.trainees.commands.roster.corrections import IdentityTaken, correct_person, let_go
from services.trainees.commands.roster.exporting import export_oneroster
from services.trainees.commands.roster.forgetting import forget_old_rosters
from services.trainees.commands.roster.sampling import look_at_sample
from services.trainees.domain.roster.lifecycle import SyncState, TooLateToUndo
from services.trainees.domain.roster.scoring import Punctuality, punctuality
from services.trainees.domain.stages import Stage
from services.trainees.queries.roster.mirrors import MirrorRow, mirror_rows, mirrored
from services.trainees.queries.roster.scorecards import scorecard
from services.trainees.tables import AccessEntry, Cohort, PersonCorrection, RosterOutcome, RosterSync, rows_of
from shared.clock import now
from shared.db import Database
from shared.errors import NotFound
from tests.trainees.callers import MANAGER as MANAGER_CLIENT
from tests.trainees.callers import Callers
from tests.trainees.roster_story import RosterStory, counts, held, people, profile
from tests.trainees.story import MANAGER, TODAY, roster


@pytest.fixture
def story(database: Database) -> RosterStory:
    return RosterStory(database)


@pytest.fixture
def cohort(story: RosterStory) -> Cohort:
    return story.cohort(capacity=100)


def person_of(story: RosterStory, enrolment_id: UUID | None) -> UUID:
    assert enrolment_id is not None
    return story.enrolment(enrolment_id).person_id


def mirror(story: RosterStory, cohort: Cohort) -> list[MirrorRow]:
    with story.database.read() as session:
        return mirror_rows(session, session.scalars(mirrored(cohort.university_id).order_by("id")).all())


@pytest.mark.unhurried
def test_what_a_person_corrected_here_is_told_as_a_conflict_and_stays(story: RosterStory, cohort: Cohort) -> None:
    first = story.bring(cohort, roster(*people(2)))
    person_id = person_of(story, first.rows[0].enrolment_id)
    assert story.do(correct_person, person_id, changes={"phone": "+821099998888"}, by=MANAGER) == ["phone"]
    one, two = people(2, email="new@example.kr")
    again = story.bring(cohort, roster(one, two))
    assert counts(again) == {"changed": 1, "conflicting": 1}
    assert [(problem.column, problem.code) for problem in again.rows[0].problems] == [("phone", "corrected_here")]
    assert again.rows[0].changes == ["email"]
    third = story.bring(cohort, roster(one, two))
    assert counts(third) == {"unchanged": 1, "conflicting": 1}
    [row, _] = mirror(story, cohort)
    assert [(each.field, each.said_by, each.actor) for each in row.differences] == [("phone", "correction", "manager")]
    assert (row.differences[0].sent, row.differences[0].held) == ("010-****-0000", "010-****-8888")
    story.do(let_go, person_id, field="phone", by=MANAGER)
    assert counts(story.bring(cohort, roster(one, two))) == {"unchanged": 1, "changed": 1}
    with pytest.raises(NotFound):
        story.do(let_go, person_id, field="phone", by=MANAGER)


def test_a_correction_makes_nobody_somebody_else(story: RosterStory, cohort: Cohort) -> None:
    first = story.bring(cohort, roster(*people(2)))
    person_id = person_of(story, first.rows[0].enrolment_id)
    with pytest.raises(IdentityTaken):
        story.do(correct_person, person_id, changes={"name": "가상1", "phone": "+821022220001"}, by=MANAGER)
    assert story.count(PersonCorrection) == 0


@pytest.mark.unhurried
def test_the_mirror_says_who_said_otherwise(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="flag")
    first = story.bring(cohort, roster(*people(3)))
    ended = first.rows[0].enrolment_id
    assert ended is not None
    story.move(ended, Stage.WITHDRAWN, on=TODAY)
    story.bring(cohort, roster(*people(2)))
    story.applicant(cohort.id)
    rows = mirror(story, cohort)
    assert [row.state.value for row in rows] == ["different", "same", "absent", "never_sent"]
    assert [(each.field, each.held, each.said_by) for each in rows[0].differences] == [("stage", "withdrawn", "program")]
    with story.database.read() as session:
        card = scorecard(session, cohort.university_id, days=30)
    assert (card.syncs, card.rows, card.rejected, card.named) == (2, 5, 0, 2)


def test_punctuality_counts_each_period_once() -> None:
    received = [
        datetime(2026, 3, 1, 20, 0, tzinfo=UTC),  # 05:00 on the 2nd in Seoul: in time
        datetime(2026, 3, 2, 23, 0, tzinfo=UTC),  # 08:00 on the 3rd: late
        datetime(2026, 3, 3, 1, 0, tzinfo=UTC),
    ]
    came = punctuality(received, since=date(2026, 3, 2), until=date(2026, 3, 5), every_days=1, due_hour=6)
    assert came == Punctuality(on_time=1, late=1, missing=1)


@pytest.mark.unhurried
def test_what_we_hold_goes_out_as_oneroster_and_comes_back_as_no_change(story: RosterStory, cohort: Cohort) -> None:
    second = story.cohort(cohort.program_id)
    header = "학번,성명,생년월일,연락처,이메일,기수"
    rows = [(*row, cohort.code) for row in people(4, email="a@example.kr")]
    jane = ("2024-X", "Jane Mary Doe", "1998-01-01", "053-950-5114", "")
    rows += [(*rows[0][:5], second.code), (*jane, second.code)]
    sync = story.bring([cohort, second], roster(*rows, header=header))
    assert counts(sync) == {"created": 6}
    ended = sync.rows[0].enrolment_id
    assert ended is not None
    story.move(ended, Stage.WITHDRAWN, on=TODAY)
    asked = {"cohort_id": None, "by": MANAGER, "origin": "127.0.0.1", "purpose": "test"}
    package = story.do(export_oneroster, cohort.university_id, **asked)
    assert story.count(AccessEntry) == 5
    before = held(story)
    again = story.bring([cohort, second], package)
    assert (again.state, again.format, counts(again)) == (SyncState.APPLIED, "oneroster", {"unchanged": 6})
    assert held(story) == before


@pytest.mark.unhurried
def test_a_profile_knows_a_universitys_own_columns_and_the_width_of_its_numbers(story: RosterStory, cohort: Cohort) -> None:
    file = roster(("1234", "김하늘", "1999-03-02", "010-1234-5678"), header="수험 번호,성명,생년월일,연락처")
    tried = look_at_sample(story.database, cohort.university_id, file, by=MANAGER, names={"수험번호": "student_no"})
    assert (tried.format, tried.rows, tried.unreadable) == ("csv", 1, 0)
    assert (tried.sample[0].student_no, tried.sample[0].name) == ("1***", "김*늘")
    refused = story.send(cohort, file)
    assert [problem.code for problem in refused.problems] == ["missing_column"]
    profile(story, cohort, names={"수험번호": "student_no"}, number_width=8)
    story.bring(cohort, file)
    whole = roster(("00001234", "김하늘", "1999-03-02", "010-1234-5678"), header="학번,성명,생년월일,연락처")
    assert counts(story.bring(cohort, whole)) == {"unchanged": 1}


@pytest.mark.unhurried
def test_what_only_an_undo_needs_is_forgotten_after_its_days(story: RosterStory, cohort: Cohort) -> None:
    story.bring(cohort, roster(*people(2)))
    changed = story.bring(cohort, roster(*people(2, email="a@example.kr")))
    waiting = story.send(cohort, roster(*people(3)))
    long_ago = now() - timedelta(days=31)
    table = rows_of(RosterSync)
    with story.database.write() as session:
        session.execute(update(table).where(table.c.finished_at.is_not(None)).values(finished_at=long_ago))
        session.execute(update(table).where(table.c.id == waiting.id).values(created_at=long_ago))
    with pytest.raises(TooLateToUndo):
        story.undo(changed)
    forget_old_rosters(story.database)
    assert [row["before"] for row in story.rows(RosterOutcome)] == [None] * 4
    assert story.told(changed.id).unchanged_forgotten_at is not None
    assert [problem.code for problem in story.told(waiting.id).problems] == ["expired"]


@pytest.mark.unhurried
def test_rows_that_changed_nothing_are_only_counted_when_nothing_can_be_undone(story: RosterStory, cohort: Cohort) -> None:
    first = story.bring(cohort, roster(*people(30)))
    read = story.bring(cohort, roster(*people(29), *people(1, start=29, email="a@example.kr")))
    recognised = story.bring(cohort, roster(*people(29), *people(1, start=29, email="a@example.kr")))
    held = story.bring(cohort, roster(*people(2)))
    assert held.state is SyncState.APPLIED_WITH_HOLDS
    table = rows_of(RosterSync)
    with story.database.write() as session:
        session.execute(update(table).values(finished_at=now() - timedelta(days=31)))
    before = [story.told(each.id) for each in (first, read, recognised, held)]
    assert [len(each.rows) for each in before] == [30, 30, 30, 2]
    forget_old_rosters(story.database)
    after = [story.told(each.id) for each in before]
    assert [[row.outcome.value for row in each.rows] for each in after] == [["created"] * 30, ["changed"], [], ["unchanged"] * 2]
    assert [each.counts for each in after] == [each.counts for each in before]
    assert [each.unchanged_forgotten_at is not None for each in after] == [True, True, True, False]
    forget_old_rosters(story.database)
    assert [story.told(each.id) for each in before] == after
    assert counts(story.approve(held)) == {"unchanged": 2, "vanished": 28}


@pytest.mark.unhurried
def test_the_mirror_and_the_scorecard_over_http(callers: Callers, story: RosterStory) -> None:
    university = callers.university("knu")
    cohort = callers.cohort(callers.program(university))
    callers.send("university-knu", university, cohort, roster(*people(2)))
    [person, _] = callers.get(MANAGER_CLIENT, "/persons").json()["items"]
    corrected = callers.post("university-knu", f"/persons/{person['id']}/corrections", {"email": "here@example.kr"})
    assert corrected.json()["corrected"] == ["email"]
    callers.send("university-knu", university, cohort, roster(*people(2, email="knu@example.kr")))
    rows = callers.get("university-knu", f"{university}/mirror", only_different="true").json()["items"]
    assert [each["differences"][0]["said_by"] for each in rows] == ["correction"]
    file = callers.get("university-knu", f"{university}/mirror.csv").content.decode("utf-8-sig")
    assert [line[5:9] for line in csv.reader(io.StringIO(file))][1:] == [
        ["email", "kn***@example.kr", "he***@example.kr", "correction"]
    ]
    page = callers.get("university-knu", f"{university}/mirror.html", headers={"Accept-Language": "ko"})
    assert "대조 보고서" in page.text
    assert callers.get("university-knu", f"{university}/scorecard").json()["corrections"] == 1
    assert callers.get("university-ynu", f"{university}/mirror").status_code == 404
    zipped = callers.get("university-knu", f"{university}/oneroster.zip", purpose="data_transfer")
    assert zipped.content[:2] == b"PK"
    tag = callers.get("university-knu", f"{university}/roster-profile").headers["ETag"]
    changed = callers.patch("university-knu", f"{university}/roster-profile", {"absence": "drop"}, if_match=tag)
    assert (changed.status_code, changed.json()["absence"], changed.json()["guard_rows"]) == (200, "drop", 10)
