"""The HTTP routes of matching: each parses, calls one command or query, and returns."""

from services.matching.api import (
    candidates,
    explanations,
    follow_ups,
    mismatches,
    outcome_files,
    placement_lists,
    placements,
    profiles,
    recommendations,
    round_results,
    rounds,
)

ROUTERS = (
    candidates.router,
    profiles.router,
    explanations.router,
    recommendations.router,
    rounds.router,
    round_results.router,
    placement_lists.router,
    placements.router,
    mismatches.router,
    follow_ups.router,
    outcome_files.router,
)
