"""Request bodies and answers of the matching API."""

from services.matching.schemas.candidates import (
    CandidatePublic,
)
from services.matching.schemas.placement_lists import (
    PlacementEvidences,
    PlacementProposals,
    PlacementsTransition,
    RowOutcome,
    RowOutcomes,
)
from services.matching.schemas.placements import (
    EvidenceClaim,
    EvidencePublic,
    PlacementProposal,
    PlacementPublic,
    PlacementStepPublic,
    PlacementTransition,
    PlacementWithHistory,
    ReasonCode,
    Reference,
    placement_with_history,
)
from services.matching.schemas.recommendations import (
    ComponentPublic,
    ExclusionPublic,
    HelpPublic,
    NotePublic,
    OpeningSkillPublic,
    RecommendationPublic,
    RecommendationsPublic,
    WeightsPublic,
    recommendations,
)

__all__ = [
    "CandidatePublic",
    "ComponentPublic",
    "EvidenceClaim",
    "EvidencePublic",
    "ExclusionPublic",
    "HelpPublic",
    "NotePublic",
    "OpeningSkillPublic",
    "PlacementEvidences",
    "PlacementProposal",
    "PlacementProposals",
    "PlacementPublic",
    "PlacementStepPublic",
    "PlacementTransition",
    "PlacementWithHistory",
    "PlacementsTransition",
    "ReasonCode",
    "RecommendationPublic",
    "RecommendationsPublic",
    "Reference",
    "RowOutcome",
    "RowOutcomes",
    "WeightsPublic",
    "placement_with_history",
    "recommendations",
]
