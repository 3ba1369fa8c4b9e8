"""The HTTP routes of employers: each parses, calls one command or query, and returns."""

from services.employers.api import (
    agreements,
    codes,
    companies,
    contacts,
    exports,
    imports,
    jobs,
    pledges,
    positions,
    postings,
    search,
    skills,
)

ROUTERS = (
    companies.router,
    contacts.router,
    agreements.router,
    pledges.router,
    search.router,
    imports.router,
    exports.router,
    postings.router,
    positions.router,
    skills.router,
    codes.router,
    *jobs.ROUTERS,
)
MOUNTS = jobs.mounts
problem_page = jobs.problem_page
