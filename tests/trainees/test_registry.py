"""Universities, programs and cohorts."""

from typing import Any

import pytest

from services.trainees.commands.registry import change_cohort
from services.trainees.domain.registry import CapacityBelowHeld, CodeTaken
from services.trainees.domain.stages import Stage
from services.trainees.queries.places import admission
from shared.errors import Invalid, NotFound, Stale
from shared.ids import new_id
from tests.trainees.story import Story, day


def test_each_is_published_whole_when_it_is_set_up(story: Story) -> None:
    university = story.university("knu")
    program = story.program(university.id, code="hustar-robot", goals=["hustar.talents", "future.talents"])
    cohort = story.cohort(program.id, code="2024-1", ordinal=3, capacity=90, applicants=412)
    rules = {
        "eligibility": [], "attendance": {"least_percent": 80, "late_or_early_per_absence": 3, "warn_after_absences": 3},
        "allowance": None, "stages": None, "retention_months": None, "field": "robot", "training_months": 5,
        "internship_months": 3, "goals": ["hustar.talents", "future.talents"],
    }  # fmt: skip
    assert story.contents(university.id) == [
        {
            "university_id": str(university.id), "code": "knu", "name_ko": "가상대학교", "name_en": "Fictitious University",
            "region": "27",
        }
    ]  # fmt: skip
    assert story.contents(program.id) == [
        {
            "program_id": str(program.id), "university_id": str(university.id), "code": "hustar-robot",
            "name_ko": "혁신아카데미", "name_en": "Academy", "kind": "academy", "field": "robot",
            "goals": ["hustar.talents", "future.talents"], "rules_version": 1, "rules": rules,
        }
    ]  # fmt: skip
    assert story.contents(cohort.id) == [
        {
            "cohort_id": str(cohort.id), "program_id": str(program.id), "university_id": str(university.id), "code": "2024-1",
            "field": "robot", "ordinal": 3, "capacity": 90, "applicants": 412,
            "applications_open_on": "2024-01-02", "applications_close_on": "2024-01-22", "starts_on": "2024-03-02",
            "training_ends_on": "2024-07-30", "ends_on": "2024-10-28", "rules_version": 1,
            "goals": ["hustar.talents", "future.talents"], "training_months": 5, "internship_months": 3,
        }
    ]  # fmt: skip
    assert (university.version, program.version, cohort.version) == (1, 1, 1)
    assert story.events() == ["university.registered", "program.created", "cohort.opened"]


def test_a_code_is_given_once(story: Story) -> None:
    university = story.university("knu")
    program = story.program(university.id, code="robot")
    story.cohort(program.id, code="1", ordinal=1)
    for second in (
        lambda: story.university("knu"),
        lambda: story.program(university.id, code="robot"),
        lambda: story.cohort(program.id, code="1", ordinal=2),
        lambda: story.cohort(program.id, code="2", ordinal=1),
    ):
        with pytest.raises(CodeTaken):
            second()
    story.program(story.university("ynu").id, code="robot")
    story.cohort(story.program(university.id, code="water").id, code="1", ordinal=1)


def test_nothing_is_set_up_in_what_is_not_there(story: Story) -> None:
    with pytest.raises(NotFound):
        story.program(new_id())
    with pytest.raises(NotFound):
        story.cohort(new_id())
    with pytest.raises(NotFound):
        story.do(change_cohort, new_id(), changes={"capacity": 3})


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"applications_close_on": day(-1)}, "/applications_close_on"),
        ({"starts_on": day(-1)}, "/starts_on"),
        ({"training_ends_on": day(59)}, "/training_ends_on"),
        ({"ends_on": day(209)}, "/ends_on"),
    ],
)
def test_the_dates_of_a_cohort_do_not_run_backwards(story: Story, said: dict[str, Any], wrong: str) -> None:
    program = story.program()
    with pytest.raises(Invalid) as refused:
        story.cohort(program.id, **said)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(wrong, "dates_run_backwards")]
    cohort = story.cohort(program.id)
    with pytest.raises(Invalid):
        story.do(change_cohort, cohort.id, changes=said)


def test_a_change_is_published_and_what_changes_nothing_is_not(story: Story) -> None:
    cohort = story.cohort(capacity=30)
    changed = story.do(change_cohort, cohort.id, changes={"capacity": 25, "applicants": 70}, expected_version=1)
    assert (changed.capacity, changed.applicants, changed.version) == (25, 70, 2)
    assert story.do(change_cohort, cohort.id, changes={"capacity": 25}).version == 2
    assert story.events(cohort.id) == ["cohort.opened", "cohort.changed"]
    assert [content["capacity"] for content in story.contents(cohort.id)] == [30, 25]
    with pytest.raises(Stale):
        story.do(change_cohort, cohort.id, changes={"capacity": 20}, expected_version=1)


def test_the_capacity_is_never_less_than_the_places_held(story: Story) -> None:
    cohort = story.cohort(capacity=3)
    for _ in range(2):
        story.move(story.applicant(cohort.id).id, Stage.SELECTED)
    with pytest.raises(CapacityBelowHeld):
        story.do(change_cohort, cohort.id, changes={"capacity": 1})
    assert story.do(change_cohort, cohort.id, changes={"capacity": 2}).capacity == 2


def test_admission_figures_count_applicants_and_everybody_ever_selected(story: Story) -> None:
    cohort = story.cohort(capacity=4)
    ids = [story.applicant(cohort.id).id for _ in range(6)]
    story.move(ids[0], Stage.SELECTED)
    story.move(ids[1], Stage.SELECTED, Stage.WITHDRAWN)
    story.move(ids[2], Stage.WAITLISTED)
    story.move(ids[3], Stage.REJECTED)
    with story.database.read() as session:
        figures = admission(session, cohort)
    assert (figures.capacity, figures.applicants, figures.selected, figures.held) == (4, 6, 2, 1)
    assert str(figures.competition_ratio) == "1.50"
    published = story.do(change_cohort, cohort.id, changes={"applicants": 81})
    with story.database.read() as session:
        assert str(admission(session, published).competition_ratio) == "20.25"
