"""The life of a placement: its steps, who may record which, who may give the reason, and on which days."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol
from uuid import UUID

from services.matching.domain.openings import FULL_TIME, Kind
from shared.auth.actor import Actor, Role
from shared.errors import N_, Conflict, FieldError, Forbidden, IllegalMove, Invalid


class PlacementState(StrEnum):
    PROPOSED = "proposed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    STARTED = "started"
    ENDED = "ended"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVERSED = "reversed"


class Party(StrEnum):
    """Whose decision a step was."""

    TRAINEE = "trainee"
    EMPLOYER = "employer"
    PROGRAM = "program"
    SYSTEM = "system"


_S = PlacementState

MOVES: Final[Mapping[PlacementState, frozenset[PlacementState]]] = MappingProxyType({
    _S.PROPOSED: frozenset({_S.OFFERED, _S.DECLINED, _S.WITHDRAWN}),
    _S.OFFERED: frozenset({_S.ACCEPTED, _S.DECLINED, _S.WITHDRAWN, _S.EXPIRED}),
    _S.ACCEPTED: frozenset({_S.STARTED, _S.DECLINED, _S.WITHDRAWN}),
    _S.STARTED: frozenset({_S.ENDED, _S.REVERSED}),
    _S.ENDED: frozenset({_S.REVERSED}),
    _S.DECLINED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.REVERSED: frozenset(),
})  # fmt: skip

HOLDS_SEAT: Final = frozenset({_S.OFFERED, _S.ACCEPTED, _S.STARTED})
LIVE: Final = HOLDS_SEAT | {_S.PROPOSED}
FELL_THROUGH: Final = frozenset({_S.DECLINED, _S.WITHDRAWN, _S.EXPIRED, _S.REVERSED})
"""Over without anybody having worked: each needs a reason. Reversed is what turned out never to have been a hire."""
OVER: Final = FELL_THROUGH | {_S.ENDED}
COUNTS_AS_HELD: Final = frozenset({_S.ACCEPTED, _S.STARTED})

_PROGRAM: Final = frozenset({Role.PROGRAM_MANAGER, Role.ADMIN})

# An employer may not accept for the trainee, and a university speaks for its trainees and for nobody else.
MAY_RECORD: Final[Mapping[PlacementState, frozenset[Role]]] = MappingProxyType({
    _S.OFFERED: _PROGRAM | {Role.EMPLOYER},
    _S.ACCEPTED: _PROGRAM | {Role.UNIVERSITY},
    _S.STARTED: _PROGRAM | {Role.EMPLOYER},
    _S.ENDED: _PROGRAM | {Role.EMPLOYER},
    _S.DECLINED: _PROGRAM | {Role.EMPLOYER, Role.UNIVERSITY},
    _S.WITHDRAWN: _PROGRAM | {Role.EMPLOYER},
    _S.EXPIRED: _PROGRAM,
    _S.REVERSED: _PROGRAM | {Role.EMPLOYER},
})  # fmt: skip

# Whose decision the end of a placement can be.
DECIDED_BY: Final[Mapping[PlacementState, frozenset[Party]]] = MappingProxyType({
    _S.DECLINED: frozenset({Party.TRAINEE, Party.EMPLOYER}),
    _S.WITHDRAWN: frozenset({Party.EMPLOYER, Party.PROGRAM, Party.SYSTEM}),
    _S.EXPIRED: frozenset({Party.PROGRAM, Party.SYSTEM}),
    _S.ENDED: frozenset({Party.TRAINEE, Party.EMPLOYER, Party.PROGRAM}),
    _S.REVERSED: frozenset({Party.TRAINEE, Party.EMPLOYER, Party.PROGRAM}),
})  # fmt: skip

_SPEAKS_FOR: Final[Mapping[Role, frozenset[Party]]] = MappingProxyType({
    Role.PROGRAM_MANAGER: frozenset({Party.TRAINEE, Party.EMPLOYER, Party.PROGRAM}),
    Role.ADMIN: frozenset({Party.TRAINEE, Party.EMPLOYER, Party.PROGRAM}),
    Role.EMPLOYER: frozenset({Party.EMPLOYER}),
    Role.UNIVERSITY: frozenset({Party.TRAINEE}),
})  # fmt: skip

SEAT_UNAVAILABLE: Final = "seat_unavailable"
"""The reason with which the system withdraws an offer whose seat employers would not reserve."""


class NotACandidate(Conflict):
    code = "not_a_candidate"
    title = N_("Not a candidate")
    detail = N_("The person has no enrolment in training, internship or completed, or it has not arrived here yet.")


class AlreadyPutForward(Conflict):
    code = "already_put_forward"
    title = N_("Already put forward")
    detail = N_("The person has a placement at this position that is not over.")


class FullTimeOverlap(Conflict):
    code = "full_time_overlap"
    title = N_("Another full-time placement on the same day")
    detail = N_("The person holds a full-time placement in these days. One person holds no two on the same day.")


def move(current: PlacementState, target: PlacementState) -> PlacementState:
    """Return `target`, or raise IllegalMove. The only way a placement's state may change."""
    if target not in MOVES[current]:
        raise IllegalMove(N_("The placement"), current, target, legal=frozenset(map(str, MOVES[current])))
    return target


def check_may_record(target: PlacementState, *, by: Actor) -> None:
    """Raise Forbidden when none of the caller's roles may record this step. What nobody may is `move`'s to refuse."""
    if target in MAY_RECORD and not by.has(*MAY_RECORD[target]):
        raise Forbidden


def decided_by(target: PlacementState, given: Party | None, *, by: Actor) -> Party | None:
    """Whose decision the end of a placement was; None for a step that is no end.

    It may be left out where the caller can speak for one party only. Raises Invalid where it is missing, or names
    somebody who cannot take that decision or for whom the caller cannot speak.
    """
    if target not in OVER:
        if given is not None:
            raise Invalid(FieldError("/by", "not_an_end", N_("Only the end of a placement has this.")))
        return None
    heard = frozenset[Party]().union(*(_SPEAKS_FOR.get(role, frozenset()) for role in by.roles))
    possible = DECIDED_BY[target] & heard
    if given is None and len(possible) == 1:
        return next(iter(possible))
    if given not in possible:
        raise Invalid(
            FieldError("/by", "not_a_choice", N_("Must be one of: {expected}."), {"expected": ", ".join(sorted(possible))})
        )
    return given


def effective_day(given: date | None, *, today: date, not_before: date | None = None, pointer: str = "/effective_on") -> date:
    """The day that a step is true from: `given`, or `today`. Raises Invalid for a day ahead or before `not_before`."""
    day = given or today
    if day > today:
        raise Invalid(FieldError(pointer, "in_the_future", N_("May not lie in the future.")))
    if not_before is not None and day < not_before:
        message = N_("May not lie before {day}, the day of what comes before it.")
        raise Invalid(FieldError(pointer, "too_early", message, {"day": not_before.isoformat()}))
    return day


def reported_day(given: date | None, *, today: date) -> date | None:
    """The day on which the source said so, where that is known. Raises Invalid for a day ahead."""
    if given is not None and given > today:
        raise Invalid(FieldError("/reported_on", "in_the_future", N_("May not lie in the future.")))
    return given


class Held(Protocol):
    """What of a placement says when it is held. `ended_on` is the last day of the employment, `started_on` its first."""

    @property
    def id(self) -> UUID: ...
    @property
    def state(self) -> PlacementState: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def ended_on(self) -> date | None: ...


def refuse_second_full_time(placement: Held, others: Iterable[Held], *, target: PlacementState, on: date) -> None:
    """Raise FullTimeOverlap if `placement` may not become accepted or started on a day beside the person's `others`.

    An accepted or running full-time placement is in the way of both; one that ended is in the way of a start up to its
    last day. Internships are in nobody's way.
    """
    if target not in COUNTS_AS_HELD or placement.kind not in FULL_TIME:
        return
    for other in others:
        if other.id == placement.id or other.kind not in FULL_TIME:
            continue
        still_worked = target is _S.STARTED and other.ended_on is not None and other.ended_on >= on
        if other.state in COUNTS_AS_HELD or still_worked:
            raise FullTimeOverlap


class Worked(Held, Protocol):
    @property
    def started_on(self) -> date | None: ...


def overlap_full_time(one: Worked, other: Worked) -> bool:
    """Whether two placements of one person are full-time on a same day, or both accepted for days to come."""
    if one.kind not in FULL_TIME or other.kind not in FULL_TIME:
        return False
    if one.state in COUNTS_AS_HELD and other.state in COUNTS_AS_HELD:
        return True
    if one.started_on is None or other.started_on is None:
        return False
    one_first = one.ended_on is not None and one.ended_on < other.started_on
    other_first = other.ended_on is not None and other.ended_on < one.started_on
    return not (one_first or other_first)
