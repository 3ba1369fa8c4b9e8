"""The HTTP routes of reporting: indicators and their values, plans and goals, what is observed and reported for them."""

from services.reporting.api import frameworks, goals, indicators, observations, projects, standards

routers = [
    indicators.router,
    standards.router,
    frameworks.router,
    projects.router,
    goals.router,
    observations.router,
]

__all__ = ["routers"]
