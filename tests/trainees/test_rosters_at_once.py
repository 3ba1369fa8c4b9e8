"""Rosters that come at the same moment: one after the other in effect, and one person for one human."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import insert

from services.trainees.commands.together import together
from services.trainees.tables import Enrolment, Outcome, Person, University, rows_of
from shared.db import WriteSession
from shared.errors import Conflict
from tests.trainees.story import Story, roster


@pytest.mark.unhurried
def test_the_same_roster_sent_many_times_at_once_has_one_effect(story: Story) -> None:
    cohort = story.cohort()
    rows = [(f"2024{n:04d}", f"가상{n}", "1999-03-02", f"010-2222-{n:04d}", "") for n in range(50)]
    starting = Barrier(6)

    def send(_number: int) -> dict[str, int]:
        starting.wait(30)
        return dict(story.sync(cohort, roster(*rows)).counts)

    with ThreadPoolExecutor(6) as pool:
        counts = list(pool.map(send, range(6)))
    assert sorted(count[Outcome.CREATED] for count in counts) == [0, 0, 0, 0, 0, 50]
    assert sorted(count[Outcome.UNCHANGED] for count in counts) == [0, 50, 50, 50, 50, 50]
    assert story.count(Person) == story.count(Enrolment) == 50


@pytest.mark.unhurried
def test_two_universities_that_send_the_same_humans_at_once_get_the_same_persons(story: Story) -> None:
    cohorts = [story.cohort(story.program(story.university(code).id).id) for code in ("knu", "ynu", "dgu", "kmu")]
    rows = [(f"2024{n:04d}", f"가상{n}", "1999-03-02", f"010-2222-{n:04d}", "") for n in range(300)]
    starting = Barrier(len(cohorts))

    def send(number: int) -> int:
        starting.wait(30)
        ordered = rows if number % 2 else rows[::-1]
        return story.sync(cohorts[number], roster(*ordered)).counts[Outcome.CREATED]

    with ThreadPoolExecutor(len(cohorts)) as pool:
        assert list(pool.map(send, range(len(cohorts)))) == [300] * 4
    assert (story.count(Person), story.count(Enrolment)) == (300, 1200)
    assert story.events().count("person.registered") == 300


def test_what_stays_a_duplicate_is_a_conflict_and_leaves_nothing(story: Story) -> None:
    story.university("knu")
    attempts: list[int] = []

    def unit(session: WriteSession) -> None:
        attempts.append(1)
        session.execute(insert(rows_of(University)), [_university(code) for code in ("ynu", "knu")])

    with pytest.raises(Conflict):
        story.database.run(lambda session: together(session, lambda: unit(session)))
    assert len(attempts) == 3
    assert story.count(University) == 1


def _university(code: str) -> dict[str, object]:
    return University(code=code, name_ko="가", name_en="A", region="27").model_dump()
