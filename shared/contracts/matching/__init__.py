"""What the matching service publishes, by aggregate."""

from shared.contracts.matching.candidates import (
    AutomatedMatchingAllowed,
    AutomatedMatchingRefused,
    CandidateEvent,
    CandidateParked,
    CandidateUnparked,
    PreferencesDeclared,
    SkillsDeclared,
)
from shared.contracts.matching.placements import (
    PlacementAccepted,
    PlacementDeclined,
    PlacementEnded,
    PlacementEvent,
    PlacementEvidenced,
    PlacementExpired,
    PlacementOffered,
    PlacementOver,
    PlacementProposed,
    PlacementStarted,
    PlacementWithdrawn,
)
from shared.contracts.matching.service import MatchingEvent

__all__ = [
    "AutomatedMatchingAllowed",
    "AutomatedMatchingRefused",
    "CandidateEvent",
    "CandidateParked",
    "CandidateUnparked",
    "MatchingEvent",
    "PlacementAccepted",
    "PlacementDeclined",
    "PlacementEnded",
    "PlacementEvent",
    "PlacementEvidenced",
    "PlacementExpired",
    "PlacementOffered",
    "PlacementOver",
    "PlacementProposed",
    "PlacementStarted",
    "PlacementWithdrawn",
    "PreferencesDeclared",
    "SkillsDeclared",
]
