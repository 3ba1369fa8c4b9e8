"""Where companies work."""

from typing import Any
from uuid import UUID

from services.employers.commands.companies import locked_company
from services.employers.domain.codes.regions import check_region
from services.employers.queries.companies import site
from services.employers.tables import Site
from shared import clock
from shared.auth.actor import Actor
from shared.db import WriteSession


def add_site(session: WriteSession, company_id: UUID, *, region: str, by: Actor, **said: Any) -> Site:
    """Add a place. Raises NotFound, IsMerged, and Invalid for an unknown region."""
    company = locked_company(session, company_id, by=by)
    check_region(region, on=clock.today())
    added = Site(company_id=company.id, region=region, **said)
    session.add(added)
    return added


def remove_site(session: WriteSession, company_id: UUID, site_id: UUID, *, by: Actor) -> None:
    """Forget a place. Raises NotFound."""
    locked_company(session, company_id, by=by)
    session.delete(site(session, company_id, site_id, by=by))
