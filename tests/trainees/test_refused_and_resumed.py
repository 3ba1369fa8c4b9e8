"""What is refused of rosters, persons and rules, and what a worker does when its work was taken, lost or went stale."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from services.trainees.commands.duplicates import decide_pair, queue_duplicates
from services.trainees.commands.employments import correct_employment, end_employment, reopen_employment
from services.trainees.commands.erasure import erase_person, erase_what_is_over
from services.trainees.commands.registry import change_rules
from services.trainees.commands.roster.corrections import correct_person, let_go
from services.trainees.commands.roster.deciding import approve_removals, commit_sync
from services.trainees.commands.roster.exporting import export_oneroster
from services.trainees.commands.roster.receiving import receive
from services.trainees.commands.roster.sampling import look_at_sample
from services.trainees.commands.roster.undoing import undo_sync
from services.trainees.commands.roster.working import work_on_rosters
from services.trainees.domain.identity import Decision, Ground
from services.trainees.domain.roster.lifecycle import SyncMode, SyncRunning, SyncState
from services.trainees.domain.rules import Conditions
from services.trainees.queries.roster.mirrors import mirror_rows, mirrored
from services.trainees.tables import Cohort, DuplicatePair, Person, PersonRecord, RosterSync, RosterUpload, rows_of
from shared.clock import now
from shared.db import Database
from shared.errors import Invalid, NotFound, Stale
from shared.ids import new_id
from tests.trainees.callers import MANAGER as PROGRAM_MANAGER
from tests.trainees.callers import Callers
from tests.trainees.roster_story import RosterStory, counts, people, profile, read_here
from tests.trainees.story import MANAGER, TODAY, roster, somebody

pytestmark = pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)  # nothing here depends on the engine


@pytest.fixture
def story(database: Database) -> RosterStory:
    return RosterStory(database)


@pytest.fixture
def cohort(story: RosterStory) -> Cohort:
    return story.cohort(capacity=100)


def sent(story: RosterStory, cohort: Cohort, rows: int = 3, *, mode: SyncMode = SyncMode.FULL) -> UUID:
    """A roster that waits to be read."""
    return story.do(receive, cohort.university_id, [cohort.id], roster(*people(rows)), mode=mode, by=MANAGER).id


def set_to(story: RosterStory, **said: Any) -> None:
    with story.database.write() as session:
        session.execute(update(rows_of(RosterSync)).values(**said))


def test_a_worker_that_was_thought_dead_leaves_the_roster_to_the_one_that_took_over(story: RosterStory, cohort: Cohort) -> None:
    sync_id = sent(story, cohort)

    def read_slowly(content: bytes, **said: Any) -> Iterator[Any]:
        messages = read_here(content, **said)
        yield next(messages)
        set_to(story, worker="another", lease_until=now() + timedelta(minutes=1))
        yield from messages

    assert work_on_rosters(story.database, read=read_slowly)
    assert story.told(sync_id).state is SyncState.VALIDATING
    assert not work_on_rosters(story.database, read=story.read), "it is the other's"
    set_to(story, lease_until=None)
    assert counts(story.worked(sync_id)) == {"created": 3}


def test_a_worker_that_stumbles_lets_go_at_once_and_a_roster_that_always_fails_is_given_up(
    story: RosterStory, cohort: Cohort
) -> None:
    sync_id = sent(story, cohort)

    def stumble(content: bytes, **said: Any) -> Iterator[Any]:
        yield from ()
        raise OSError("no memory")

    for _ in range(3):
        with pytest.raises(OSError, match="no memory"):
            work_on_rosters(story.database, read=stumble)
        assert story.rows(RosterSync)[0]["worker"] is None
    assert not work_on_rosters(story.database, read=stumble)
    told = story.told(sync_id)
    assert (told.state, [problem.code for problem in told.problems]) == (SyncState.FAILED, ["unreadable_in_time"])


def test_a_roster_whose_file_is_gone_is_refused_and_says_so(story: RosterStory, cohort: Cohort) -> None:
    sync_id = sent(story, cohort)
    with story.database.write() as session:
        session.execute(delete(rows_of(RosterUpload)))
    told = story.worked(sync_id)
    assert (told.state, [problem.code for problem in told.problems]) == (SyncState.REJECTED, ["nothing_sent"])


def test_what_went_stale_between_the_commit_and_the_work_changes_nothing(story: RosterStory, cohort: Cohort) -> None:
    preview = story.send(cohort, roster(*people(2)))
    story.do(commit_sync, preview.id, by=MANAGER)
    set_to(story, digest=b"another".ljust(32, b"."))
    before = story.count(Person)
    told = story.worked(preview.id)
    assert (told.state, story.count(Person)) == (SyncState.REJECTED, before)
    assert [problem.code for problem in told.problems] == ["stale_preview"]


@pytest.mark.unhurried
def test_a_decision_about_another_version_or_beside_a_running_roster_is_refused(story: RosterStory, cohort: Cohort) -> None:
    preview = story.send(cohort, roster(*people(2)))
    with pytest.raises(Stale):
        story.do(commit_sync, preview.id, by=MANAGER, revision=99)
    applied = story.commit(preview)
    other = sent(story, cohort)
    with pytest.raises(SyncRunning) as refused:
        story.do(undo_sync, applied.id, by=MANAGER)
    assert str(other) in refused.value.headers["Link"]
    story.worked(other)


@pytest.mark.unhurried
def test_who_a_delta_says_to_be_gone_is_held_where_they_are_many_and_goes_by_an_approval(
    story: RosterStory, cohort: Cohort
) -> None:
    story.bring(cohort, roster(*people(20)))
    gone = "학번,성명,생년월일,연락처,이메일,학적상태\n" + "".join(f"{','.join(row)},제적\n" for row in people(15))
    held = story.bring(cohort, gone.encode(), mode="delta")
    assert (held.state, counts(held)) == (SyncState.APPLIED_WITH_HOLDS, {"held": 15})
    approved, refusal = story.do(approve_removals, held.id, by=MANAGER)
    assert (approved.state, refusal) == (SyncState.APPLIED, None)


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ({"학 번": "student_no", "학번": "name"}, "names_unclear"),
        ({"--": "name"}, "names_unclear"),
        ({"별": "star"}, "unknown_field"),
    ],
)
def test_a_universitys_own_names_of_columns_have_to_lead_somewhere(
    story: RosterStory, cohort: Cohort, names: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        profile(story, cohort, names=names)
    assert [error.code for error in refused.value.errors] == [code]


@pytest.mark.unhurried
def test_a_sample_shows_masked_what_could_be_read_and_why_a_line_could_not(story: RosterStory, cohort: Cohort) -> None:
    one, broken = people(1)[0], ("20249999", "김?", "1", "2", "")
    found = look_at_sample(story.database, cohort.university_id, roster(one, broken), by=MANAGER, names={})
    good, bad = found.sample
    assert (found.rows, found.unreadable, good.problems, good.birth_date) == (2, 1, (), "1999-**-**")
    assert (bad.name, bad.phone, len(bad.problems) > 0) == (None, None, True)
    assert one[1] not in str(found.sample)


@pytest.mark.unhurried
def test_only_ones_own_cohorts_leave_and_only_persons_that_there_are_are_corrected(story: RosterStory, cohort: Cohort) -> None:
    story.bring(cohort, roster(*people(1)))
    elsewhere = story.cohort(story.program(story.university("yu").id).id)
    for cohort_id in (elsewhere.id, new_id()):
        with pytest.raises(NotFound):
            story.do(export_oneroster, cohort.university_id, cohort_id=cohort_id, by=MANAGER, origin=None, purpose="audit")
    assert story.do(export_oneroster, cohort.university_id, cohort_id=cohort.id, by=MANAGER, origin=None, purpose="audit")
    nobody = new_id()
    for command, said in (
        (correct_person, {"changes": {"phone": "+821099998888"}}), (let_go, {"field": "phone"}),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            story.do(command, nobody, by=MANAGER, **said)
    with pytest.raises(NotFound):
        story.do(end_employment, nobody, ended_on=TODAY)
    with pytest.raises(NotFound):
        story.do(reopen_employment, nobody)
    with pytest.raises(NotFound):
        story.do(correct_employment, nobody, started_on=TODAY, ended_on=None)
    with pytest.raises(NotFound):
        story.do(erase_person, nobody, ground=Ground.REQUEST, by=MANAGER)
    with pytest.raises(NotFound):
        story.do(change_rules, nobody, conditions=Conditions(), by=MANAGER, changes={})
    assert erase_what_is_over(story.database) == 0, "where no program's time runs out nobody is looked at"


@pytest.mark.unhurried
def test_a_correction_that_is_corrected_again_is_the_latest_ones_and_one_cohort_is_looked_at_alone(
    story: RosterStory, cohort: Cohort
) -> None:
    first = story.bring(cohort, roster(*people(2, email="old@example.kr")))
    other = story.cohort(cohort.program_id)
    assert first.rows[0].enrolment_id is not None
    person_id = story.enrolment(first.rows[0].enrolment_id).person_id
    for phone in ("+821099998888", "+821099997777"):
        story.do(correct_person, person_id, changes={"phone": phone, "birth_date": date(1999, 3, 3)}, by=MANAGER)
    story.do(correct_person, person_id, changes={"email": None}, by=MANAGER)
    with story.database.read() as session:
        rows = mirror_rows(session, session.scalars(mirrored(cohort.university_id, cohort_id=cohort.id)).all())
        assert session.scalars(mirrored(cohort.university_id, cohort_id=other.id)).all() == []
    shown = {each.field: (each.sent, each.held) for row in rows for each in row.differences}
    assert shown["birth_date"] == ("1999-**-**", "1999-**-**")
    assert shown["email"][1] is None
    assert shown["phone"][1] is not None
    assert shown["phone"][1].endswith("77")


def test_records_from_before_there_were_hashes_are_found_alike_all_the_same(story: RosterStory, cohort: Cohort) -> None:
    for phone in ("+821011112222", "+821033334444"):
        story.applicant(cohort.id, somebody("김하늘", birth_date=date(1999, 3, 2), phone=phone))
    with story.database.write() as session:
        session.execute(update(rows_of(PersonRecord)).values(name_hash=None, birth_hash=None, phone_hash=None, examined=False))
        session.execute(delete(rows_of(DuplicatePair)))
    assert [queue_duplicates(story.database) for _ in range(2)] == [1, 0]
    assert all(row["birth_hash"] is not None and row["examined"] for row in story.rows(PersonRecord))
    with pytest.raises(NotFound):
        story.do(decide_pair, new_id(), decision=Decision.MERGE, by=MANAGER)


def test_what_people_mistype_over_http_is_refused_at_its_place(callers: Callers) -> None:
    cohort = callers.cohort(callers.program(callers.university()))
    enrolment = callers.applicant(cohort)
    person = f"/persons/{callers.get(PROGRAM_MANAGER, enrolment).json()['person_id']}"
    for body, code in (
        ({"kind": "degree", "region": "27", "effective_on": "2020-02-28"}, "state_of_a_degree"),
        ({"kind": "residence", "region": "27", "effective_on": "2020-02-28", "state": "obtained"}, "state_of_a_degree"),
        ({"kind": "residence", "region": "27", "effective_on": "2999-01-01"}, "in_the_future"),
    ):
        refused = callers.post(PROGRAM_MANAGER, f"{person}/circumstances", body)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code), refused.text
