"""The life of an enrolment, against a table written by hand: every pair of stages, allowed or not."""

from datetime import date, timedelta

import pytest

from services.trainees.domain.stages import EXITS, HOLD_A_PLACE, LIVE, Stage, check_dates, legal, move, reason_of
from shared.errors import IllegalMove, Invalid

# From (rows) to (columns), as domain.md draws it. `x` always; `n` only in a program without internship;
# `l` only back to the stage that the leave interrupted.
COLUMNS = "applied waitlisted rejected withdrawn selected enrolled training interning on_leave completed dropped employed_early"
TABLE = """
applied        . x x x x . . . . . . .
waitlisted     . . x x x . . . . . . .
rejected       . . . . . . . . . . . .
withdrawn      . . . . . . . . . . . .
selected       . . . x . x . . . . . .
enrolled       . . . . . . x . . . x x
training       . . . . . . . x x n x x
interning      . . . . . . . . x x x x
on_leave       . . . . . . l l . . . .
completed      . . . . . . . . . . . .
dropped        . . . . . . . . . . . .
employed_early . . . . . . . . . . . .
"""
MARKS = {
    (row.split()[0], column): mark
    for row in TABLE.strip().splitlines()
    for column, mark in zip(COLUMNS.split(), row.split()[1:], strict=True)
}


def allowed(current: Stage, target: Stage, *, left: Stage | None, internship: bool) -> bool:
    mark = MARKS[current.value, target.value]
    return mark == "x" or (mark == "n" and not internship) or (mark == "l" and target is left)


def test_the_table_is_about_every_pair_of_stages() -> None:
    assert set(MARKS) == {(current.value, target.value) for current in Stage for target in Stage}


@pytest.mark.parametrize("internship", [True, False], ids=["with internship", "without internship"])
@pytest.mark.parametrize("target", Stage)
@pytest.mark.parametrize("current", Stage)
def test_a_step_is_allowed_where_the_table_says_so_and_nowhere_else(current: Stage, target: Stage, internship: bool) -> None:
    interrupted = (Stage.TRAINING, Stage.INTERNING) if current is Stage.ON_LEAVE else (None,)
    for left in interrupted:
        if allowed(current, target, left=left, internship=internship):
            assert move(current, target, left=left, internship=internship) is target
            continue
        with pytest.raises(IllegalMove) as refused:
            move(current, target, left=left, internship=internship)
        assert set(refused.value.legal) == {
            other.value for other in Stage if allowed(current, other, left=left, internship=internship)
        }


def test_nothing_follows_an_exit_and_something_follows_all_else() -> None:
    assert {
        Stage.REJECTED, Stage.WITHDRAWN, Stage.COMPLETED, Stage.DROPPED, Stage.EMPLOYED_EARLY,
    } == EXITS  # fmt: skip
    assert set(Stage) == LIVE | EXITS
    assert all(legal(stage, left=Stage.TRAINING, internship=True) for stage in LIVE)


def test_who_withdrew_or_dropped_out_leaves_the_place_to_somebody_else() -> None:
    assert set(Stage) - HOLD_A_PLACE == {
        Stage.APPLIED, Stage.WAITLISTED, Stage.REJECTED, Stage.WITHDRAWN, Stage.DROPPED,
    }  # fmt: skip


@pytest.mark.parametrize("stage", [Stage.REJECTED, Stage.WITHDRAWN, Stage.DROPPED])
def test_a_negative_exit_needs_a_reason(stage: Stage) -> None:
    with pytest.raises(Invalid) as refused:
        reason_of(stage, None)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/reason", "reason_required")]
    assert reason_of(stage, "personal") == "personal"


def test_a_positive_exit_is_its_own_reason_unless_another_is_given() -> None:
    assert reason_of(Stage.COMPLETED, None) == "requirements_met"
    assert reason_of(Stage.EMPLOYED_EARLY, None) == "employment"
    assert reason_of(Stage.COMPLETED, "recognised") == "recognised"
    assert reason_of(Stage.TRAINING, None) is None


TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("effective_on", "reported_on", "wrong"),
    [
        (TODAY, TODAY, []),
        (TODAY - timedelta(5), None, []),
        (TODAY + timedelta(1), None, [("/effective_on", "in_the_future")]),
        (TODAY, TODAY + timedelta(1), [("/reported_on", "in_the_future")]),
        (TODAY - timedelta(6), TODAY, [("/effective_on", "before_current_stage")]),
    ],
)
def test_a_step_lies_between_the_stage_before_and_today(
    effective_on: date, reported_on: date | None, wrong: list[tuple[str, str]]
) -> None:
    def check() -> None:
        check_dates(effective_on=effective_on, reported_on=reported_on, not_before=TODAY - timedelta(5), today=TODAY)

    if not wrong:
        check()
        return
    with pytest.raises(Invalid) as refused:
        check()
    assert [(error.pointer, error.code) for error in refused.value.errors] == wrong
