"""Routes of claims, of the mismatches between them, and of the reasons for which placements end."""

from uuid import UUID

from services.matching.api.callers import PROGRAM
from services.matching.commands.claims import claim_employment
from services.matching.commands.mismatches import resolve_mismatch
from services.matching.domain.mismatches import Code
from services.matching.domain.placements import Party
from services.matching.domain.reasons import TABLE
from services.matching.queries import mismatches as queries
from services.matching.queries.placements import visible_placement
from services.matching.schemas.mismatches import (
    ClaimList,
    EmploymentClaim,
    MismatchPublic,
    MismatchResolution,
    ReasonList,
)
from services.matching.schemas.placements import PlacementPublic
from services.matching.tables import Mismatch, Placement, PlacementClaim
from shared.auth.actor import Actor, Role
from shared.auth.policy import SIGNED_IN, Policy, allow
from shared.db import ReadSession, WriteSession
from shared.http.conditional import IfMatch
from shared.http.paging import Listing, Page, Rows
from shared.http.router import ServiceRouter

router = ServiceRouter(prefix="/api/v1", tags=["matching"])
PARTIES: Policy = allow(*PROGRAM, Role.UNIVERSITY, Role.EMPLOYER)
WATCHERS: Policy = allow(*PROGRAM, Role.UNIVERSITY, Role.EMPLOYER, Role.AUDITOR)


@router.get("/placement-reasons", policy=SIGNED_IN, response_model=ReasonList)
def list_placement_reasons() -> ReasonList:
    """Why placements end: who may say so at which end, and how long a decline parks the trainee."""
    return ReasonList.of(TABLE)


@router.post("/placements/{placement_id}/claims", policy=PARTIES, response_model=PlacementPublic, status_code=201)
def claim_placement(
    placement_id: UUID, body: EmploymentClaim, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Placement:
    """Say of an employment what employer, trainee or record say. A yes is evidence; what differs becomes a mismatch."""
    return claim_employment(session, placement_id, **body.model_dump(), by=actor, expected=if_match)


@router.get("/placements/{placement_id}/claims", policy=WATCHERS, response_model=ClaimList)
def list_placement_claims(placement_id: UUID, session: ReadSession, actor: Actor) -> Rows[PlacementClaim]:
    """What was said of an employment, in the order in which it was recorded."""
    visible_placement(session, placement_id, by=actor)
    return Rows(queries.claims_of(session, placement_id))


@router.get("/mismatches", policy=WATCHERS, response_model=Listing[MismatchPublic])
def list_mismatches(
    session: ReadSession,
    actor: Actor,
    page: Page,
    *,
    open: bool | None = None,  # noqa: A002 - the query parameter's name
    code: Code | None = None,
    owner: Party | None = None,
    placement_id: UUID | None = None,
) -> Rows[Mismatch]:
    """What does not fit, oldest first: `?open=true&owner=employer` is an employer's work list."""
    wanted = queries.MismatchFilter(open, code, owner, placement_id)
    return page.fetch(session, queries.mismatches(wanted, by=actor), key=queries.MISMATCH_KEY)


@router.get("/mismatches/{mismatch_id}", policy=WATCHERS, response_model=MismatchPublic)
def read_mismatch(mismatch_id: UUID, session: ReadSession, actor: Actor) -> Mismatch:
    """One mismatch."""
    return queries.mismatch(session, mismatch_id, by=actor)


@router.post("/mismatches/{mismatch_id}/resolution", policy=PARTIES, response_model=MismatchPublic)
def settle_mismatch(
    mismatch_id: UUID, body: MismatchResolution, session: WriteSession, actor: Actor, if_match: IfMatch
) -> Mismatch:
    """Settle a mismatch. Its owner may, and the program. 409 for one that is settled."""
    return resolve_mismatch(session, mismatch_id, resolution=body.resolution, by=actor, expected=if_match)
