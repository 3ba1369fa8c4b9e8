"""The HTTP routes of matching: each parses, calls one command or query, and returns."""

from services.matching.api import candidates, placements, recommendations

ROUTERS = (candidates.router, recommendations.router, placements.router)
