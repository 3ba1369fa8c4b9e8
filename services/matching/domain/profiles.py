"""What trainees wish for, when they are parked, and their right to keep machines out of it."""

from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from shared.auth.actor import Actor, Role
from shared.errors import N_, Conflict, FieldError, Forbidden, Invalid

_PROGRAM: Final = (Role.PROGRAM_MANAGER, Role.ADMIN)


class Speaker(StrEnum):
    """Who said what is recorded: the trainee, for whom somebody records it, their university, or the program."""

    TRAINEE = "trainee"
    UNIVERSITY = "university"
    PROGRAM = "program"


class NotParked(Conflict):
    code = "not_parked"
    title = N_("Not parked")
    detail = N_("The trainee is not parked: there is nothing to lift.")


class Parked(Protocol):
    """`parked_until` is the last day on which the person is not to be put forward; None: not parked."""

    @property
    def parked_until(self) -> date | None: ...


def is_parked(profile: Parked | None, *, on: date) -> bool:
    """Whether the person is not to be recommended on that day."""
    return profile is not None and profile.parked_until is not None and on <= profile.parked_until


def check_may_speak(speaker: Speaker, *, by: Actor) -> None:
    """Raise Forbidden for who cannot speak as `speaker`: a university speaks for itself and for its trainees."""
    if speaker is Speaker.PROGRAM and not by.has(*_PROGRAM):
        raise Forbidden


def check_parking(until: date, *, today: date) -> None:
    """Raise Invalid for a parking that would be over before it began, or that never ends."""
    if until < today:
        raise Invalid(FieldError("/until", "in_the_past", N_("May not lie in the past.")))
    if (until - today).days > LONGEST_PARKING:
        raise Invalid(FieldError("/until", "too_late", N_("May not lie more than {days} days ahead."), {"days": LONGEST_PARKING}))


LONGEST_PARKING: Final = 3 * 366
