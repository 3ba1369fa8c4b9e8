"""A roster from its receipt to its undo: previewed before anything is written, guarded, approved, taken back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from services.trainees.commands.roster.deciding import approve_removals
from services.trainees.commands.roster.receiving import receive
from services.trainees.domain.roster.lifecycle import (
    MoreWouldVanish,
    NothingHeld,
    OnlyLookedAt,
    StalePreview,
    SyncMode,
    SyncRunning,
    SyncState,
)
from services.trainees.domain.stages import Stage
from services.trainees.queries.ground_truth import aggregate_versions
from services.trainees.tables import (
    Cohort,
    Enrolment,
    Person,
    RosterAbsence,
    RosterRow,
    RosterSync,
    RosterUpload,
    rows_of,
)
from shared.clock import now
from shared.db import Database
from tests.trainees.roster_story import HELD, RosterStory, counts, people, profile, stages
from tests.trainees.story import MANAGER, TODAY, Story, roster


@pytest.fixture
def story(database: Database) -> RosterStory:
    return RosterStory(database)


@pytest.fixture
def cohort(story: Story) -> Cohort:
    return story.cohort(capacity=100)


def held(story: Story) -> list[Any]:
    return [story.rows(table) for table in HELD]


def test_a_preview_writes_nothing_and_a_commit_does_what_it_said(story: RosterStory, cohort: Cohort) -> None:
    before = held(story)
    preview = story.send(cohort, roster(*people(3), ("", "김?", "1", "2", "")))
    assert (preview.state, preview.progress, preview.format) == (SyncState.PREVIEWED, 70, "csv")
    assert counts(preview) == {"created": 3, "rejected": 1}
    assert held(story) == before
    applied = story.commit(preview)
    assert (applied.state, applied.progress) == (SyncState.APPLIED, 100)
    assert counts(applied) == {"created": 3, "rejected": 1}
    assert [row.enrolment_id is None for row in applied.rows] == [False, False, False, True]
    assert story.count(Enrolment) == 3
    assert story.count(RosterUpload) == story.count(RosterRow) == 0


@pytest.mark.unhurried
def test_the_same_full_roster_again_changes_nothing(story: RosterStory, cohort: Cohort) -> None:
    story.bring(cohort, roster(*people(5)))
    before = (held(story), story.events())
    again = story.bring(cohort, roster(*reversed(people(5))))
    assert counts(again) == {"unchanged": 5}
    assert len({row.enrolment_id for row in again.rows}) == 5
    assert (held(story), story.events()) == before


@pytest.mark.unhurried
@pytest.mark.parametrize(
    ("absence", "stage", "becomes"),
    [
        ("flag", Stage.TRAINING, Stage.TRAINING),
        ("drop", Stage.APPLIED, Stage.WITHDRAWN),
        ("drop", Stage.TRAINING, Stage.DROPPED),
        ("drop", Stage.ON_LEAVE, Stage.ON_LEAVE),
        ("complete", Stage.TRAINING, Stage.COMPLETED),
        ("complete", Stage.APPLIED, Stage.APPLIED),
    ],
)
def test_what_absence_means_is_the_universitys_to_say(story: RosterStory, absence: str, stage: Stage, becomes: Stage) -> None:
    cohort = story.cohort(story.program(internship_months=0).id)
    profile(story, cohort, absence=absence)
    first = story.bring(cohort, roster(*people(2)))
    gone = first.rows[1].enrolment_id
    assert gone is not None
    path = {
        Stage.APPLIED: [],
        Stage.TRAINING: [Stage.SELECTED, Stage.ENROLLED, Stage.TRAINING],
        Stage.ON_LEAVE: [Stage.SELECTED, Stage.ENROLLED, Stage.TRAINING, Stage.ON_LEAVE],
    }[stage]
    story.move(gone, *path, on=TODAY)
    applied = story.bring(cohort, roster(*people(1)))
    assert counts(applied) == {"unchanged": 1, "vanished": 1}
    assert story.enrolment(gone).stage is becomes
    [absence_row] = story.rows(RosterAbsence)
    assert (absence_row["stage"], absence_row["becomes"], absence_row["state"].value) == (stage, becomes, "vanished")
    # Who is back is the same enrolment again, where it stood.
    back = story.bring(cohort, roster(*people(2)))
    assert counts(back) == {"unchanged": 1, "reactivated": 1}
    assert story.enrolment(gone).stage is stage
    assert story.count(Enrolment) == 2
    with story.database.read() as session:
        assert all(version == len(story.events(id_)) for _, id_, version in aggregate_versions(session))


def test_only_who_came_by_a_roster_can_vanish_by_one(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    story.applicant(cohort.id)
    assert counts(story.bring(cohort, roster(*people(1)))) == {"created": 1}
    assert stages(story) == {"applied": 2}


@pytest.mark.unhurried
def test_too_many_removals_are_held_and_everything_else_is_applied(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    story.bring(cohort, roster(*people(30)))
    fewer = story.bring(cohort, roster(*people(19), *people(1, start=90)))
    assert (fewer.state, counts(fewer)) == (SyncState.APPLIED_WITH_HOLDS, {"created": 1, "unchanged": 19, "held": 11})
    assert stages(story) == {"applied": 31}
    approved = story.approve(fewer)
    assert (approved.state, approved.counts["vanished"], approved.counts["held"]) == (SyncState.APPLIED, 11, 0)
    assert stages(story) == {"applied": 20, "withdrawn": 11}
    with pytest.raises(NothingHeld):
        story.approve(fewer)


@pytest.mark.unhurried
def test_ten_removals_are_not_held_nor_is_a_tenth_of_many(story: RosterStory, cohort: Cohort) -> None:
    story.bring(cohort, roster(*people(20)))
    assert counts(story.bring(cohort, roster(*people(10)))) == {"unchanged": 10, "vanished": 10}


@pytest.mark.unhurried
def test_an_approval_is_a_ceiling(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    story.bring(cohort, roster(*people(30)))
    fewer = story.bring(cohort, roster(*people(10)))
    assert fewer.counts["held"] == 20
    story.bring(cohort, roster(*people(2, start=50)), mode="delta")
    _, refusal = story.do(approve_removals, fewer.id, by=MANAGER)
    assert isinstance(refusal, MoreWouldVanish)
    assert (refusal.params, stages(story)) == ({"count": 22, "ceiling": 20}, {"applied": 32})
    assert story.told(fewer.id).counts["held"] == 22
    assert story.approve(fewer, ceiling=22).counts["vanished"] == 22
    assert stages(story) == {"applied": 10, "withdrawn": 22}


@pytest.mark.unhurried
def test_who_came_back_meanwhile_does_not_vanish_by_an_approval(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    first = story.bring(cohort, roster(*people(30)))
    fewer = story.bring(cohort, roster(*people(10)))
    gone = first.rows[29].enrolment_id
    assert gone is not None
    story.move(gone, Stage.WITHDRAWN, on=TODAY)
    story.approve(fewer)
    assert story.steps(gone)[-1].actor == "manager"
    assert len(story.steps(gone)) == 2


@pytest.mark.unhurried
def test_a_later_full_roster_decides_instead_of_what_is_held(story: RosterStory, cohort: Cohort) -> None:
    story.bring(cohort, roster(*people(30)))
    fewer = story.bring(cohort, roster(*people(10)))
    story.bring(cohort, roster(*people(30)))
    assert (story.told(fewer.id).state, story.told(fewer.id).counts["held"]) == (SyncState.APPLIED, 0)
    with pytest.raises(NothingHeld):
        story.approve(fewer)


@pytest.mark.unhurried
def test_an_empty_full_roster_is_valid_and_all_is_held(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    story.bring(cohort, roster(*people(3)))
    empty = story.bring(cohort, roster())
    assert (empty.state, counts(empty)) == (SyncState.APPLIED_WITH_HOLDS, {"held": 3})


@pytest.mark.unhurried
def test_nobody_vanishes_whom_a_broken_row_names(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    story.bring(cohort, roster(*people(3)))
    one, two, three = people(3)
    broken = story.bring(cohort, roster(one, (two[0], "김?", *two[2:]), three))
    assert (counts(broken), stages(story)) == ({"unchanged": 2, "rejected": 1}, {"applied": 3})
    nobody = story.bring(cohort, roster(one, ("1.0E+3", *two[1:])))
    assert (nobody.state, nobody.counts["held"]) == (SyncState.APPLIED_WITH_HOLDS, 2)


@pytest.mark.unhurried
def test_a_delta_takes_away_only_whom_it_says_to_be_gone(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    story.bring(cohort, roster(*people(3)))
    header = "학번,성명,생년월일,연락처,학적상태"
    gone = story.bring(
        cohort, roster(("20240001", "", "", "", "자퇴"), ("99999", "", "", "", "제적"), header=header), mode="delta"
    )
    assert counts(gone) == {"vanished": 1, "rejected": 1}
    assert stages(story) == {"applied": 2, "withdrawn": 1}
    assert [problem.code for problem in gone.rows[1].problems] == ["not_enrolled"]


@pytest.mark.unhurried
def test_the_roster_of_others_is_refused_whole(story: RosterStory, cohort: Cohort) -> None:
    other = story.cohort(story.program(story.university("ynu").id).id)
    story.bring(cohort, roster(*people(12)))
    before = held(story)
    wrong = story.send(other, roster(*people(12)))
    assert (wrong.state, [problem.code for problem in wrong.problems]) == (SyncState.REJECTED, ["wrong_roster"])
    wrong = story.send(cohort, roster(*people(12, start=500)))
    assert (wrong.state, [problem.code for problem in wrong.problems]) == (SyncState.REJECTED, ["wrong_roster"])
    assert held(story) == before
    assert story.count(RosterRow) == story.count(RosterUpload) == 0


@pytest.mark.unhurried
def test_who_moves_to_another_cohort_leaves_the_first_and_is_one_person(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    second = story.cohort(cohort.program_id)
    header = "학번,성명,생년월일,연락처,이메일,기수"

    def rows(*codes: str) -> bytes:
        return roster(*[(*row, code) for row, code in zip(people(3), codes, strict=True)], header=header)

    story.bring([cohort, second], rows(cohort.code, cohort.code, second.code))
    moved = story.bring([cohort, second], rows(cohort.code, f"제{second.ordinal}기", second.code))
    assert counts(moved) == {"created": 1, "unchanged": 2, "vanished": 1}
    assert (stages(story), story.count(Person)) == ({"applied": 3, "withdrawn": 1}, 3)
    unknown = story.send([cohort, second], rows(cohort.code, "없음", ""))
    assert [[problem.code for problem in row.problems] for row in unknown.rows] == [[], ["cohort_unknown"], ["cohort_missing"]]


@pytest.mark.unhurried
def test_who_moves_to_another_university_is_one_person_with_an_enrolment_at_each(story: RosterStory, cohort: Cohort) -> None:
    profile(story, cohort, absence="drop")
    other = story.cohort(story.program(story.university("ynu").id).id)
    story.bring(cohort, roster(*people(3)))
    assert counts(story.bring(other, roster(*people(1)))) == {"created": 1}
    assert counts(story.bring(cohort, roster(*people(2, start=1)))) == {"unchanged": 2, "vanished": 1}
    assert (story.count(Person), stages(story)) == (3, {"applied": 3, "withdrawn": 1})


@pytest.mark.unhurried
def test_a_preview_that_went_stale_is_refused(story: RosterStory, cohort: Cohort) -> None:
    story.bring(cohort, roster(*people(2)))
    preview = story.send(cohort, roster(*people(3)))
    story.applicant(cohort.id)
    with pytest.raises(StalePreview):
        story.commit(preview)
    assert story.told(preview.id).state is SyncState.PREVIEWED


def test_a_dry_run_can_not_be_carried_out(story: RosterStory, cohort: Cohort) -> None:
    with pytest.raises(OnlyLookedAt):
        story.commit(story.send(cohort, roster(*people(1)), dry_run=True))


def test_one_sync_of_a_cohort_runs_at_a_time(story: RosterStory, cohort: Cohort) -> None:
    ids = [cohort.id]
    first = story.do(receive, cohort.university_id, ids, roster(*people(1)), mode=SyncMode.FULL, by=MANAGER)
    with pytest.raises(SyncRunning) as refused:
        story.do(receive, cohort.university_id, ids, roster(*people(1)), mode=SyncMode.FULL, by=MANAGER)
    assert str(first.id) in refused.value.headers["Link"]
    story.worked(first.id)
    story.send(cohort, roster(*people(1)))


def test_what_a_dead_worker_left_is_begun_anew_by_the_next(story: RosterStory, cohort: Cohort) -> None:
    sync = story.do(receive, cohort.university_id, [cohort.id], roster(*people(3)), mode=SyncMode.FULL, by=MANAGER)
    table = rows_of(RosterSync)
    taken = {"state": SyncState.VALIDATING, "worker": "another", "lease_until": now() + timedelta(minutes=1), "attempts": 1}
    with story.database.write() as session:
        session.execute(update(table).values(taken))
    assert story.worked(sync.id).state is SyncState.VALIDATING
    with story.database.write() as session:
        session.execute(update(table).values(lease_until=now() - timedelta(seconds=1)))
    preview = story.worked(sync.id)
    assert (preview.state, counts(preview)) == (SyncState.PREVIEWED, {"created": 3})


@pytest.mark.unhurried
def test_what_became_of_a_roster_is_told_without_anything_it_said(story: RosterStory, cohort: Cohort) -> None:
    first = story.bring(cohort, roster(*people(20)))
    second = story.bring(cohort, roster(*people(3)))
    third = story.bring(cohort, roster(*people(4)))
    looked_at = story.send(cohort, roster(*people(2)))
    told = [(each["state"], each["created"], each["held"]) for each in story.contents(first.id)]
    assert told == [("applied", 20, 0)]
    assert [(each["state"], each["held"]) for each in story.contents(second.id)] == [("applied_with_holds", 17), ("applied", 0)]
    assert [(each["state"], each["held"]) for each in story.contents(third.id)] == [("applied_with_holds", 16)]
    assert story.contents(looked_at.id) == []
    assert "김" not in str(story.contents(first.id))
