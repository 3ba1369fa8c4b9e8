"""The reasons of a round in words: why a trainee got no place, why a seat stays empty."""

from collections.abc import Mapping
from typing import Final

from services.matching.domain.rounds.report import Unplaced, Vacant
from shared.errors import N_

UNPLACED: Final[Mapping[str, str]] = {
    Unplaced.OUTRANKED: N_("There were {listed} positions on the list, and all of their seats went to candidates ranked higher."),
    Unplaced.KEPT_OUT: N_("A hard rule keeps this trainee out of every position."),
    Unplaced.NOBODY_MATCHES: N_("No position passes the hard rules for this trainee."),
    Unplaced.RANKING_EMPTY: N_("Nothing of what was ranked could count: see what was ignored."),
}
VACANT: Final[Mapping[str, str]] = {
    Vacant.NOT_LISTED: N_("No trainee has this position on their list."),
    Vacant.PREFERRED_OTHERS: N_(
        "There were {listed} trainees with this position on their list; those left over got one they wanted more."
    ),
    Vacant.HELD_BACK: N_("Seats are kept for a group of which nobody was left, and do not revert."),
    Vacant.CEILING: N_("Those who wanted the seat are of a group that has reached its ceiling here."),
}
TRIED: Final[Mapping[str, str]] = {
    "ranked_higher": N_("The seat went to a candidate ranked higher."),
    "kept_for_others": N_("The seat was kept for another group, or this group has reached its ceiling here."),
}
IN_SHORT: Final[Mapping[str, str]] = {
    "placed": N_("placed"),
    Unplaced.OUTRANKED: N_("every wish went to candidates ranked higher"),
    Unplaced.KEPT_OUT: N_("a hard rule keeps them out of every position"),
    Unplaced.NOBODY_MATCHES: N_("no position passes the hard rules"),
    Unplaced.RANKING_EMPTY: N_("nothing that was ranked could count"),
    "filled": N_("every seat was filled"),
    Vacant.NOT_LISTED: N_("on nobody's list"),
    Vacant.PREFERRED_OTHERS: N_("those who listed it got one that they wanted more"),
    Vacant.HELD_BACK: N_("kept for a group of which nobody was left"),
    Vacant.CEILING: N_("those who wanted it are of a group at its ceiling"),
}
PLACED: Final = N_("Placed: wish {rank} of {listed}.")
FILLED: Final = N_("All {seats} seats were filled.")
ADVICE: Final = N_(
    "A round advises; a person decides. The trainee may ask for this explanation and refuse to be matched by a machine."
)
EMPTY_SIDE: Final = N_("There is nobody to match: one of the two sides is empty.")
