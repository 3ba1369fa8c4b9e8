"""What the matching service publishes, by aggregate."""

from shared.contracts.matching.candidates import (
    AutomatedMatchingAllowed,
    AutomatedMatchingRefused,
    CandidateEvent,
    CandidateParked,
    CandidateUnparked,
    DeclarationsErased,
    PreferencesDeclared,
    SkillsDeclared,
)
from shared.contracts.matching.follow_ups import FollowUpAnswered, FollowUpCancelled, FollowUpDue, FollowUpEvent
from shared.contracts.matching.mismatches import MismatchEvent, MismatchFound, MismatchResolved
from shared.contracts.matching.placements import (
    PlacementAccepted,
    PlacementDeclined,
    PlacementEnded,
    PlacementEvent,
    PlacementEvidenced,
    PlacementExpired,
    PlacementMovedToPerson,
    PlacementOffered,
    PlacementOver,
    PlacementProposed,
    PlacementReopened,
    PlacementReversed,
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
    "DeclarationsErased",
    "FollowUpAnswered",
    "FollowUpCancelled",
    "FollowUpDue",
    "FollowUpEvent",
    "MatchingEvent",
    "MismatchEvent",
    "MismatchFound",
    "MismatchResolved",
    "PlacementAccepted",
    "PlacementDeclined",
    "PlacementEnded",
    "PlacementEvent",
    "PlacementEvidenced",
    "PlacementExpired",
    "PlacementMovedToPerson",
    "PlacementOffered",
    "PlacementOver",
    "PlacementProposed",
    "PlacementReopened",
    "PlacementReversed",
    "PlacementStarted",
    "PlacementWithdrawn",
    "PreferencesDeclared",
    "SkillsDeclared",
]
