"""Attendance: what counts as an absence, whether a month complies, what it pays, when to warn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final

from services.trainees.domain.rules import AllowanceRule, AttendanceRule
from services.trainees.domain.stages import Stage
from shared.errors import N_, Conflict


class Presence(StrEnum):
    """How somebody was there on one training day."""

    PRESENT = "present"
    LATE = "late"
    EARLY = "early"
    ABSENT = "absent"
    EXCUSED = "excused"


class KeptOtherwise(Conflict):
    code = "attendance_kept_otherwise"
    title = N_("Kept otherwise")
    detail = N_("The attendance of this month is kept {how} already: a month is kept in one way.")


class NotInTraining(Conflict):
    code = "not_in_training"
    title = N_("Not in training")
    detail = N_("The person was not in training or in the internship then.")


@dataclass(frozen=True, slots=True)
class Counted:
    """How often: of `days` training days, late and early ones included."""

    days: int
    absent: int = 0
    late: int = 0
    early: int = 0
    excused: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.days + other.days, self.absent + other.absent, self.late + other.late, self.early + other.early,
            self.excused + other.excused,
        )  # fmt: skip


ONE_DAY: Final = {
    Presence.PRESENT: Counted(1),
    Presence.LATE: Counted(1, late=1),
    Presence.EARLY: Counted(1, early=1),
    Presence.ABSENT: Counted(1, absent=1),
    Presence.EXCUSED: Counted(1, excused=1),
}


def absences(counted: Counted, *, rule: AttendanceRule) -> int:
    """Absences, and for so many late or early days together one more. An excused day is none. Never more than the days."""
    return min(counted.days, counted.absent + (counted.late + counted.early) // rule.late_or_early_per_absence)


def attended_percent(counted: Counted, *, rule: AttendanceRule) -> Decimal | None:
    """The share of the days without absence, in percent, rounded down to two decimals; none without days."""
    if counted.days == 0:
        return None
    attended = counted.days - absences(counted, rule=rule)
    return (Decimal(100 * attended) / counted.days).quantize(Decimal("0.01"), ROUND_DOWN)


def attends_enough(counted: Counted, *, rule: AttendanceRule) -> bool:
    """Whether the least share was reached, exactly and without rounding."""
    attended = counted.days - absences(counted, rule=rule)
    return counted.days > 0 and 100 * attended >= rule.least_percent * counted.days


class Reason(StrEnum):
    """Why a month pays or does not."""

    MET = "requirements_met"
    NO_ALLOWANCE = "program_pays_none"
    NOT_IN_TRAINING = "not_in_training"
    ON_LEAVE = "on_leave"
    NO_ATTENDANCE = "no_attendance_reported"
    BELOW_THRESHOLD = "attendance_below_threshold"
    NOT_EVALUATED = "evaluation_missing"
    EVALUATION_FAILED = "evaluation_failed"
    PAID_ELSEWHERE = "paid_for_another_enrolment"


REASONS: Final = {
    Reason.MET: N_("Attendance and evaluation meet the requirements."),
    Reason.NO_ALLOWANCE: N_("The program pays no allowance."),
    Reason.NOT_IN_TRAINING: N_("Was not in training in this month."),
    Reason.ON_LEAVE: N_("Was on leave for the whole month."),
    Reason.NO_ATTENDANCE: N_("No attendance was reported for this month."),
    Reason.BELOW_THRESHOLD: N_("Attendance is below the required share."),
    Reason.NOT_EVALUATED: N_("The evaluation of this month is missing."),
    Reason.EVALUATION_FAILED: N_("The evaluation of this month was not passed."),
    Reason.PAID_ELSEWHERE: N_("This person is paid for another enrolment in this month."),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A stage that lasted from a day until before another, or until now."""

    stage: Stage
    since: date
    until: date | None

    def meets(self, first: date, last: date) -> bool:
        """Whether any of its days lies from `first` to `last`."""
        return self.since <= last and (self.until is None or self.until > first)


def periods(path: Sequence[tuple[Stage, date]]) -> list[Period]:
    """The stages of a path with their ends. One that ended on the day it began has no day of its own."""
    ends = [day for _, day in path[1:]]
    return [Period(stage, since, until) for (stage, since), until in zip(path, [*ends, None], strict=True) if until != since]


def month_of(day: date) -> date:
    return day.replace(day=1)


def last_day(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


TRAINED: Final = frozenset({Stage.TRAINING, Stage.INTERNING})


def was_trained(path: Sequence[Period], first: date, last: date) -> bool:
    """Whether a day from `first` to `last` was one of training or internship, or the day on which one of them ended."""
    trained = [period for period in path if period.stage in TRAINED]
    return any(period.since <= last and (period.until is None or period.until >= first) for period in trained)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a month pays, and why it does or does not."""

    won: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Reported:
    """What is known of a month of one enrolment: attendance and evaluation where they were reported, and the stages."""

    month: date
    counted: Counted | None
    passed: bool | None
    path: Sequence[Period]


def allowance(reported: Reported, *, attendance: AttendanceRule, pays: AllowanceRule | None) -> Allowance:
    """The allowance of one month of one enrolment."""
    if pays is None:
        return Allowance(0, (Reason.NO_ALLOWANCE,))
    first, last = reported.month, last_day(reported.month)
    if not was_trained(reported.path, first, last):
        on_leave = any(period.stage is Stage.ON_LEAVE and period.meets(first, last) for period in reported.path)
        return Allowance(0, (Reason.ON_LEAVE if on_leave else Reason.NOT_IN_TRAINING,))
    reasons = (*_missed(reported.counted, attendance), *_not_passed(reported.passed, pays))
    return Allowance(0, reasons) if reasons else Allowance(pays.won_per_month, (Reason.MET,))


def _missed(counted: Counted | None, rule: AttendanceRule) -> Iterable[Reason]:
    if counted is None or counted.days == 0:
        yield Reason.NO_ATTENDANCE
    elif not attends_enough(counted, rule=rule):
        yield Reason.BELOW_THRESHOLD


def _not_passed(passed: bool | None, pays: AllowanceRule) -> Iterable[Reason]:
    if pays.needs_evaluation and not passed:
        yield Reason.NOT_EVALUATED if passed is None else Reason.EVALUATION_FAILED


def longest_absence(days: Sequence[tuple[date, bool]]) -> tuple[int, date | None]:
    """The most absences on training days in a row that reach the last reported one, and the day they began."""
    run, since = 0, None
    for day, absent in sorted(days, reverse=True):
        if not absent:
            break
        run, since = run + 1, day
    return run, since
