"""Tells listeners how much there is to have heard from this service."""

from typing import Final

from services.matching.tables import FollowUp, Mismatch, Placement, Round
from shared.contracts.matching import MatchingTallied
from shared.events.tallies import TellsWhatItTold

tell_tally: Final = TellsWhatItTold(
    MatchingTallied, {"placement": Placement, "mismatch": Mismatch, "follow_up": FollowUp, "round": Round}
)
