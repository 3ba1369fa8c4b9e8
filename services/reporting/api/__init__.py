"""The HTTP routes of reporting: indicators and their values, goals and their progress, frameworks."""

from services.reporting.api import goals, indicators

routers = [indicators.router, goals.router]

__all__ = ["routers"]
