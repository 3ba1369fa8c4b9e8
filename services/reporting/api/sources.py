"""The sources of all figures, and whether what they told has arrived."""

from typing import Final

from services.reporting.queries.drift import standings
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.schemas.sources import StandingPublic
from shared.auth.policy import allow
from shared.clock import now
from shared.db import ReadSession
from shared.http import Listing, Rows, ServiceRouter

router: Final = ServiceRouter(prefix="/api/v1/sources", tags=["sources"])


@router.get("", policy=allow(*SEES_EVERYTHING), response_model=Listing[StandingPublic])
def list_sources(session: ReadSession) -> Rows[StandingPublic]:
    """What every source says that it has told, what was taken in of it, and whether the two agree."""
    return Rows([StandingPublic.of(each) for each in standings(session, now())])
