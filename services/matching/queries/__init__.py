"""What can be asked of matching. Nothing here writes."""

from services.matching.queries.ground_truth import PlacementStepTruth, PlacementTruth, aggregate_versions, ground_truth

__all__ = ["PlacementStepTruth", "PlacementTruth", "aggregate_versions", "ground_truth"]
