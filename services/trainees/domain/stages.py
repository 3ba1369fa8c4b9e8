"""The life of an enrolment: its stages, which step follows which, and what a step must carry."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.errors import N_, Conflict, FieldError, IllegalMove, Invalid


class Stage(StrEnum):
    APPLIED = "applied"
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SELECTED = "selected"
    ENROLLED = "enrolled"
    TRAINING = "training"
    INTERNING = "interning"
    ON_LEAVE = "on_leave"
    COMPLETED = "completed"
    DROPPED = "dropped"
    EMPLOYED_EARLY = "employed_early"


class LeaveIsAPersonsDecision(Conflict):
    code = "leave_is_a_decision"
    title = N_("On leave")
    detail = N_("This trainee is on leave because a person decided so: only a person ends that.")


_LEAVING: Final = frozenset({Stage.DROPPED, Stage.EMPLOYED_EARLY})

MOVES: Final[Mapping[Stage, frozenset[Stage]]] = MappingProxyType(
    {
        Stage.APPLIED: frozenset({Stage.SELECTED, Stage.WAITLISTED, Stage.REJECTED, Stage.WITHDRAWN}),
        Stage.WAITLISTED: frozenset({Stage.SELECTED, Stage.REJECTED, Stage.WITHDRAWN}),
        Stage.SELECTED: frozenset({Stage.ENROLLED, Stage.WITHDRAWN}),
        Stage.ENROLLED: frozenset({Stage.TRAINING}) | _LEAVING,
        Stage.TRAINING: frozenset({Stage.INTERNING, Stage.COMPLETED, Stage.ON_LEAVE}) | _LEAVING,
        Stage.INTERNING: frozenset({Stage.COMPLETED, Stage.ON_LEAVE}) | _LEAVING,
        Stage.ON_LEAVE: frozenset({Stage.TRAINING, Stage.INTERNING}),
        Stage.REJECTED: frozenset(),
        Stage.WITHDRAWN: frozenset(),
        Stage.COMPLETED: frozenset(),
        Stage.DROPPED: frozenset(),
        Stage.EMPLOYED_EARLY: frozenset(),
    }
)

EXITS: Final = frozenset(stage for stage, following in MOVES.items() if not following)
LIVE: Final = frozenset(Stage) - EXITS

# Who has, or had to the end, one of a cohort's places. One who withdrew or dropped out leaves it to somebody else.
HOLD_A_PLACE: Final = frozenset(
    {
        Stage.SELECTED,
        Stage.ENROLLED,
        Stage.TRAINING,
        Stage.INTERNING,
        Stage.ON_LEAVE,
        Stage.COMPLETED,
        Stage.EMPLOYED_EARLY,
    }
)
FREES_A_PLACE: Final = EXITS - HOLD_A_PLACE
PARTICIPATING: Final = frozenset({Stage.ENROLLED, Stage.TRAINING, Stage.INTERNING})

# Exits that are their own reason; the others need one given.
_OWN_REASON: Final = MappingProxyType({Stage.COMPLETED: "requirements_met", Stage.EMPLOYED_EARLY: "employment"})


ALL: Final = frozenset(Stage)


def legal(current: Stage, *, left: Stage | None = None, internship: bool, used: frozenset[Stage] = ALL) -> frozenset[Stage]:
    """The stages that may follow `current`, of those that the program uses.

    `left` is the stage that a leave interrupted: it leads back there only. With an `internship` in the program, nobody
    completes before it.
    """
    if current is Stage.ON_LEAVE:
        return MOVES[current] & {left}
    if current is Stage.TRAINING and internship:
        return (MOVES[current] - {Stage.COMPLETED}) & used
    return MOVES[current] & used


def move(current: Stage, target: Stage, *, left: Stage | None = None, internship: bool, used: frozenset[Stage] = ALL) -> Stage:
    """Return `target`, or refuse with IllegalMove. The only way a stage may change."""
    allowed = legal(current, left=left, internship=internship, used=used)
    if target not in allowed:
        raise IllegalMove(N_("The enrolment"), current, target, legal=frozenset(str(stage) for stage in allowed))
    return target


def reason_of(target: Stage, given: str | None) -> str | None:
    """The reason to store for a step. Raises Invalid when an exit that needs one has none."""
    if target in EXITS and given is None and target not in _OWN_REASON:
        raise Invalid(FieldError("/reason", "reason_required", N_("This exit needs a reason.")))
    return given or _OWN_REASON.get(target)


def check_dates(
    *, effective_on: date, reported_on: date | None, not_before: date | None, today: date, field: str = "effective_on"
) -> None:
    """Refuse (Invalid) a step that lies in the future, or before the stage that it ends began."""
    problems = []
    if effective_on > today:
        problems.append(FieldError(f"/{field}", "in_the_future", N_("Must not be in the future.")))
    if reported_on is not None and reported_on > today:
        problems.append(FieldError("/reported_on", "in_the_future", N_("Must not be in the future.")))
    if not_before is not None and effective_on < not_before:
        message = N_("Must not be before {earliest}, when the current stage began.")
        problems.append(FieldError(f"/{field}", "before_current_stage", message, {"earliest": not_before.isoformat()}))
    if problems:
        raise Invalid(*problems)
