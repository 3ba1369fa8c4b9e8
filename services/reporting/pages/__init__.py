"""Pages for people: rendered here, complete without scripts, kept up to date with one small one."""

from services.reporting.pages import (
    account,
    assets,
    behind,
    cohorts,
    data,
    executive,
    goals,
    indicators,
    matching,
    notes,
    organisations,
    reports,
    shared,
    sign_in,
)
from services.reporting.pages.routing import problem_page
from services.reporting.pages.visitors import visitors

routers = [
    executive.router,
    goals.router,
    indicators.router,
    cohorts.router,
    organisations.router,
    matching.router,
    data.router,
    reports.router,
    behind.router,
    notes.router,
    account.router,
    sign_in.router,
]
mounts = [*assets.mounts, *shared.mounts]

__all__ = ["mounts", "problem_page", "routers", "visitors"]
