"""The HTTP routes of reporting: indicators and their values, plans and goals, what is observed for them, and alerts."""

from services.reporting.api import (
    alerts,
    annotations,
    frameworks,
    goals,
    indicators,
    makings,
    observations,
    projects,
    reports,
    sharing,
    sources,
    standards,
)

routers = [
    indicators.router,
    standards.router,
    sources.router,
    frameworks.router,
    projects.router,
    goals.router,
    observations.router,
    alerts.router,
    annotations.router,
    sharing.router,
    makings.router,
    reports.router,
]

__all__ = ["routers"]
