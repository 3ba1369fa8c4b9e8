"""The HTTP routes of employers: each parses, calls one command or query, and returns."""

from services.employers.api import agreements, companies, pledges, positions, search, skills

ROUTERS = (companies.router, agreements.router, pledges.router, search.router, positions.router, skills.router)
