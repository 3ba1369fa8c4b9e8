"""Whatever is done to enrolments, in whatever order: each is explained by its history, and no place is held twice."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.trainees.commands.corrections import correct_enrolment
from services.trainees.commands.merging import merge_persons, unmerge_person
from services.trainees.domain.corrections import path_of, standing
from services.trainees.domain.stages import Stage
from services.trainees.queries.places import held_places
from services.trainees.queries.rules import rules_of
from services.trainees.tables import Enrolment, Person
from shared.errors import Refused
from tests.trainees.story import LONG_AGO, MANAGER, Story, emptied

PLACES, APPLICANTS = 2, 4
whom = st.integers(0, APPLICANTS - 1)
deeds = st.one_of(
    st.tuples(st.just("move"), whom, st.sampled_from(Stage), st.integers(0, 3)),
    st.tuples(st.just("correct"), whom, st.sampled_from(Stage), st.integers(1, 6)),
    st.tuples(st.just("take_back"), whom, st.sampled_from(Stage), st.integers(2, 6)),
    st.tuples(st.just("merge"), whom, st.sampled_from(Stage), whom),
    st.tuples(st.just("unmerge"), whom, st.sampled_from(Stage), whom),
)


def do(story: Story, enrolments: list[Enrolment], deed: tuple[str, int, Stage, int]) -> bool:
    """Try it; whether it was allowed."""
    what, who, stage, number = deed
    one = enrolments[who]
    try:
        if what == "move":
            story.move(one.id, stage, on=LONG_AGO + timedelta(days=number), reason="other")
        elif what in {"correct", "take_back"}:
            voids = what == "take_back"
            to = None if voids else stage
            story.do(correct_enrolment, one.id, version=number, voids=voids, to=to, reason="other", by=MANAGER)
        elif what == "merge":
            story.do(merge_persons, one.person_id, enrolments[number].person_id, by=MANAGER)
        else:
            story.do(unmerge_person, one.person_id, by=MANAGER)
    except Refused:
        return False
    return True


@pytest.mark.slow
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(deeds, min_size=8, max_size=20))
def test_any_sequence_of_deeds_leaves_lives_that_add_up(story: Story, sequence: list[tuple[str, int, Stage, int]]) -> None:
    emptied(story.database)
    cohort = story.cohort(capacity=PLACES)
    enrolments = [story.applicant(cohort.id) for _ in range(APPLICANTS)]
    given_back = sum(do(story, enrolments, deed) and deed[0] == "unmerge" for deed in sequence)
    for each in enrolments:
        now = story.enrolment(each.id)
        stands = standing(path_of(story.steps(each.id)), rules=rules_of(cohort))
        assert (now.stage, now.stage_since, now.left_stage) == (stands.stage, stands.since, stands.left)
        assert now.version == len(story.events(each.id))
    with story.database.read() as session:
        assert held_places(session, cohort.id) <= PLACES + given_back
    for person in story.rows(Person):
        assert person["version"] == len(story.events(person["id"]))
    roots = Counter(person["identity_id"] is None for person in story.rows(Person))
    merged = sum(person["merged_into"] is not None for person in story.rows(Person))
    assert roots[True] == APPLICANTS - merged
