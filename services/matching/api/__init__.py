"""The HTTP routes of matching: each parses, calls one command or query, and returns."""

from services.matching.api import candidates, mismatches, placements, profiles, recommendations

ROUTERS = (candidates.router, profiles.router, recommendations.router, placements.router, mismatches.router)
