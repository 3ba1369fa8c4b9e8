"""Any sequence of rosters, edits and undos: every enrolment is explained by its history, and nothing depends on chance."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from services.trainees.commands.roster.corrections import IdentityTaken, correct_person
from services.trainees.domain.corrections import path_of
from services.trainees.domain.roster.lifecycle import BROUGHT_IN, SyncState
from services.trainees.domain.stages import EXITS, Stage, legal
from services.trainees.queries.ground_truth import aggregate_versions
from services.trainees.queries.persons import whole
from services.trainees.queries.roster.reports import SyncReport
from services.trainees.tables import Enrolment, RosterEntry
from shared.db import Database
from shared.errors import Refused
from tests.trainees.roster_story import RosterStory, counts, profile
from tests.trainees.story import MANAGER, TODAY, emptied, roster

Row = tuple[str, ...]
# Few values, so that rows meet: numbers change hands, humans change numbers, and cells are broken.
ROWS = st.tuples(
    st.sampled_from(["1001", "1002", "1003", "1.0E+3"]),
    st.sampled_from(["김하늘", "이바다", "박별"]),
    st.sampled_from(["1999-03-02", "2000. 11. 30."]),
    st.sampled_from(["010-1111-1111", "1022222222"]),
    st.sampled_from(["", "a@example.kr"]),
)
ROSTERS = st.lists(ROWS, max_size=5)


class Histories(RuleBasedStateMachine):
    """A cohort to which rosters come while people work on its enrolments."""

    database: Database

    @initialize(absence=st.sampled_from(["flag", "drop", "complete"]))
    def begin(self, absence: str) -> None:
        self.story = RosterStory(emptied(self.database))
        self.cohort = self.story.cohort(capacity=100)
        self.last: tuple[SyncReport, Any] | None = None
        profile(self.story, self.cohort, absence=absence)

    @rule(rows=ROSTERS, mode=st.sampled_from(["full", "delta"]), data=st.data())
    def a_roster_comes(self, rows: list[Row], mode: str, data: st.DataObject) -> None:
        before = self.restorable()
        preview = self.story.send(self.cohort, roster(*data.draw(st.permutations(rows))), mode=mode)
        assert self.restorable() == before
        if preview.state is not SyncState.PREVIEWED:
            return
        applied = self.story.commit(preview)
        assert applied.state in BROUGHT_IN
        told = {name: count for name, count in counts(applied).items() if name != "conflicting"}
        assert told == {name: count for name, count in counts(preview).items() if name != "conflicting"}
        self.last = (applied, before)
        self.explained()

    @rule(rows=ROSTERS, data=st.data())
    def the_same_roster_comes_twice(self, rows: list[Row], data: st.DataObject) -> None:
        if self.story.send(self.cohort, roster(*rows)).state is not SyncState.PREVIEWED:
            return
        self.story.bring(self.cohort, roster(*rows))
        held, events = self.restorable(), self.story.events()
        again = self.story.bring(self.cohort, roster(*data.draw(st.permutations(rows))))
        assert not {"created", "changed", "reactivated", "vanished"} & counts(again).keys()
        assert (self.restorable(), self.story.events()) == (held, events)
        self.last = None

    @precondition(lambda self: self.last is not None)
    @rule()
    def the_last_one_is_undone(self) -> None:
        assert self.last is not None
        sync, before = self.last
        begun = {row.enrolment_id for row in sync.rows if row.outcome == "created"}
        undone = self.story.undo(sync)
        assert undone.counts["kept"] == 0
        after = self.restorable()
        assert {key: value for key, value in after.items() if key not in begun} == before
        assert {after[key][0] for key in begun if key} <= {Stage.WITHDRAWN}
        self.last = None
        self.explained()

    @rule(choice=st.integers(0, 50), data=st.data())
    def somebody_moves_an_enrolment(self, choice: int, data: st.DataObject) -> None:
        rows = self.story.rows(Enrolment)
        if not rows:
            return
        row = rows[choice % len(rows)]
        targets = sorted(legal(row["stage"], left=row["left_stage"], internship=True))
        if targets:
            try:
                self.story.move(row["id"], data.draw(st.sampled_from(targets)), on=TODAY)
            except Refused:
                return
            self.last = None

    @rule(choice=st.integers(0, 50), email=st.sampled_from(["b@example.kr", "c@example.kr"]))
    def somebody_corrects_a_person(self, choice: int, email: str) -> None:
        rows = self.story.rows(Enrolment)
        if rows:
            person = rows[choice % len(rows)]["person_id"]
            try:
                self.story.do(correct_person, person, changes={"email": email}, by=MANAGER)
            except IdentityTaken:
                return
            self.last = None

    def explained(self) -> None:
        """Every version is an event, and every stage is where the steps that hold lead."""
        with self.story.database.read() as session:
            assert all(version == len(self.story.events(id_)) for _, id_, version in aggregate_versions(session))
        for row in self.story.rows(Enrolment):
            path = path_of(self.story.steps(row["id"]))
            assert path[-1].stage is row["stage"]
            assert path[0].stage is Stage.APPLIED
            assert not {step.stage for step in path[:-1]} & EXITS

    def restorable(self) -> dict[UUID, tuple[Any, ...]]:
        """By enrolment: where it stands, what is known of the person, and what rosters said."""
        entries = {row["enrolment_id"]: (row["present"], row["told_hash"]) for row in self.story.rows(RosterEntry)}
        with self.story.database.read() as session:
            found = {}
            for row in self.story.rows(Enrolment):
                person = whole(session, row["person_id"], actor=MANAGER)
                numbers = sorted(number.student_no for number in person.student_numbers)
                known = (person.name, person.birth_date, person.phone, person.email, numbers)
                found[row["id"]] = (row["stage"], row["left_stage"], known, entries.get(row["id"]))
            return found


@pytest.mark.slow
def test_whatever_happens_history_explains_it(migrated: Database) -> None:
    if migrated.engine_name != "sqlite":
        pytest.skip("the rules are the same on both engines, and SQLite is faster")

    class Machine(Histories):
        database = migrated

    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    examples = settings(max_examples=15, stateful_step_count=8, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(Machine, settings=examples)
