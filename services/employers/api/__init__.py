"""The HTTP routes of employers: each parses, calls one command or query, and returns."""

from services.employers.api import agreements, codes, companies, contacts, jobs, pledges, positions, postings, search, skills

ROUTERS = (
    companies.router,
    contacts.router,
    agreements.router,
    pledges.router,
    search.router,
    postings.router,
    positions.router,
    skills.router,
    codes.router,
    *jobs.ROUTERS,
)
MOUNTS = jobs.mounts
