"""What employer, trainee and record say of one employment, where they differ, and who has to settle it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from services.matching.domain.placements import Party, PlacementState
from shared.auth.actor import Actor, Role
from shared.errors import N_, Conflict, FieldError, Forbidden, Invalid


class Claimant(StrEnum):
    """Who says something of an employment. `record` is the employment insurance's."""

    EMPLOYER = "employer"
    TRAINEE = "trainee"
    RECORD = "record"


class Code(StrEnum):
    """What does not fit."""

    DENIED = "employment_denied"
    START_DIFFERS = "start_differs"
    END_DIFFERS = "end_differs"
    ALREADY_LEFT = "already_left"
    STILL_EMPLOYED = "still_employed"
    EMPLOYED_WITHOUT_SEAT = "employed_without_seat"
    FULL_TIME_OVERLAP = "full_time_overlap"


class Resolution(StrEnum):
    """How it was settled. The first three are a person's word, the others follow from what happened."""

    ACCEPTED = "accepted"
    CLAIM_WRONG = "claim_wrong"
    SEAT_ADDED = "seat_added"
    AGREED = "agreed"
    PLACEMENT_OVER = "placement_over"


BY_A_PERSON: Final = frozenset({Resolution.ACCEPTED, Resolution.CLAIM_WRONG, Resolution.SEAT_ADDED})
TOLERANCE: Final = timedelta(days=7)
"""Days that two sources may lie apart: a first day is entered when the month's papers are."""

# An employer answers for its own papers and seats; where two persons' words stand against each other, the program settles it.
_OWNER_BY_CODE: Final[Mapping[Code, Party]] = MappingProxyType({
    Code.DENIED: Party.PROGRAM,
    Code.START_DIFFERS: Party.EMPLOYER,
    Code.END_DIFFERS: Party.EMPLOYER,
    Code.ALREADY_LEFT: Party.EMPLOYER,
    Code.STILL_EMPLOYED: Party.EMPLOYER,
    Code.EMPLOYED_WITHOUT_SEAT: Party.EMPLOYER,
    Code.FULL_TIME_OVERLAP: Party.PROGRAM,
})  # fmt: skip

_OWNS: Final[Mapping[Party, Role]] = MappingProxyType({Party.EMPLOYER: Role.EMPLOYER, Party.TRAINEE: Role.UNIVERSITY})
_PROGRAM: Final = (Role.PROGRAM_MANAGER, Role.ADMIN)


class AlreadyResolved(Conflict):
    code = "already_resolved"
    title = N_("Settled already")
    detail = N_("The mismatch was settled already.")


class Employment(Protocol):
    """What a placement says."""

    @property
    def state(self) -> PlacementState: ...
    @property
    def started_on(self) -> date | None: ...
    @property
    def ended_on(self) -> date | None: ...


class Claim(Protocol):
    """What one of the three says: that the person works or worked there, and from when to when as far as they say."""

    @property
    def employed(self) -> bool: ...
    @property
    def started_on(self) -> date | None: ...
    @property
    def ended_on(self) -> date | None: ...


def owner_of(code: Code) -> Party:
    """Who has to settle it."""
    return _OWNER_BY_CODE[code]


def differences(placement: Employment, claim: Claim) -> Iterable[Code]:
    """How a claim differs from a placement that started. What a claim does not say differs from nothing."""
    if placement.started_on is None:
        return
    if not claim.employed:
        yield Code.DENIED
        return
    if claim.started_on is not None and abs(claim.started_on - placement.started_on) > TOLERANCE:
        yield Code.START_DIFFERS
    if placement.ended_on is None and claim.ended_on is not None:
        yield Code.ALREADY_LEFT
    if placement.ended_on is not None and claim.ended_on is None:
        yield Code.STILL_EMPLOYED
    if placement.ended_on is not None and claim.ended_on is not None and abs(claim.ended_on - placement.ended_on) > TOLERANCE:
        yield Code.END_DIFFERS


def check_claim(*, employed: bool, started_on: date | None, ended_on: date | None, today: date) -> None:
    """Raise Invalid for days that run backwards or lie ahead, or that a denial has no use for."""
    if not employed and (started_on is not None or ended_on is not None):
        raise Invalid(FieldError("/started_on", "not_employed", N_("Who denies the employment names no days of it.")))
    for pointer, day in (("/started_on", started_on), ("/ended_on", ended_on)):
        if day is not None and day > today:
            raise Invalid(FieldError(pointer, "in_the_future", N_("May not lie in the future.")))
    if started_on is not None and ended_on is not None and ended_on < started_on:
        raise Invalid(FieldError("/ended_on", "too_early", N_("May not lie before {day}."), {"day": started_on.isoformat()}))


def claimant_of(given: Claimant | None, *, by: Actor) -> Claimant:
    """For whom the caller speaks. Raises Invalid where it must be said, Forbidden for who cannot speak for them."""
    own = Claimant.EMPLOYER if by.has(Role.EMPLOYER) else Claimant.TRAINEE if by.has(Role.UNIVERSITY) else None
    if by.has(*_PROGRAM):
        if given is None:
            message = N_("Must be one of: {expected}.")
            raise Invalid(FieldError("/claimant", "not_a_choice", message, {"expected": ", ".join(Claimant)}))
        return given
    if own is None or given not in {None, own}:
        raise Forbidden
    return own


def check_may_resolve(owner: Party, resolution: Resolution, code: Code, *, by: Actor) -> None:
    """Raise Forbidden for who is not the owner, and Invalid for a resolution that is no person's word on this code."""
    if not by.has(*_PROGRAM) and not (owner in _OWNS and by.has(_OWNS[owner])):
        raise Forbidden
    possible = BY_A_PERSON - (frozenset() if code is Code.EMPLOYED_WITHOUT_SEAT else {Resolution.SEAT_ADDED})
    if resolution not in possible:
        expected = ", ".join(sorted(possible))
        raise Invalid(FieldError("/resolution", "not_a_choice", N_("Must be one of: {expected}."), {"expected": expected}))
