"""Evidence of an employment: grades 1 to 4, of which the best counts and none is ever forgotten."""

from typing import Final

from services.matching.domain.placements import PlacementState
from shared.errors import N_, Conflict

EMPLOYERS_CLAIM: Final = 1
TRAINEES_CONFIRMATION: Final = 2
DOCUMENT: Final = 3
INSURANCE_RECORD: Final = 4

PROVABLE: Final = frozenset({PlacementState.STARTED, PlacementState.ENDED})
"""Somebody worked, or works: that can be proved."""


class NothingToProve(Conflict):
    code = "nothing_to_prove"
    title = N_("Nobody has worked yet")
    detail = N_("Evidence is of an employment: the placement has not started.")


def check_provable(state: PlacementState) -> None:
    """Raise NothingToProve for a placement in which nobody has worked."""
    if state not in PROVABLE:
        raise NothingToProve


def raises(current: int | None, grade: int) -> bool:
    """Whether evidence of `grade` is better than the best so far."""
    return current is None or grade > current
