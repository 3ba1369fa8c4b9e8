"""What employer, trainee and record say of an employment: kept, taken as evidence, and held against the placement."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.matching.commands.evidence import better_evidence
from services.matching.commands.history import Told
from services.matching.commands.locking import locked_placement
from services.matching.commands.mismatches import recheck_claims
from services.matching.domain.evidence import EMPLOYERS_CLAIM, INSURANCE_RECORD, TRAINEES_CONFIRMATION, check_provable
from services.matching.domain.mismatches import Claimant, check_claim, claimant_of
from services.matching.domain.placements import reported_day
from services.matching.tables import Placement, PlacementClaim
from shared.auth.actor import Actor
from shared.clock import today
from shared.db import WriteSession
from shared.versions import check_version

GRADES: Final[Mapping[Claimant, int]] = MappingProxyType({
    Claimant.EMPLOYER: EMPLOYERS_CLAIM,
    Claimant.TRAINEE: TRAINEES_CONFIRMATION,
    Claimant.RECORD: INSURANCE_RECORD,
})  # fmt: skip


def claim_employment(
    session: WriteSession,
    placement_id: UUID,
    *,
    claimant: Claimant | None = None,
    employed: bool = True,
    started_on: date | None = None,
    ended_on: date | None = None,
    reported_on: date | None = None,
    reference: str | None = None,
    by: Actor,
    expected: int | None = None,
) -> Placement:
    """Keep what one of the three says of an employment. Their yes is evidence of their grade; what differs is a mismatch.

    An employer speaks for itself, a university for its trainees, the program for everybody. Raises NotFound, Forbidden,
    Stale, NothingToProve, Invalid.
    """
    who = claimant_of(claimant, by=by)
    check_claim(employed=employed, started_on=started_on, ended_on=ended_on, today=today())
    placement, _ = locked_placement(session, placement_id, by=by)
    check_version(placement, expected)
    check_provable(placement.state)
    told = Told(today(), reported_day(reported_on, today=today()), recorded_by=by.subject)
    keep_claim(
        session,
        placement,
        PlacementClaim(
            placement_id=placement.id,
            claimant=who,
            employed=employed,
            started_on=started_on,
            ended_on=ended_on,
            reported_on=told.reported_on,
            actor=told.recorded_by,
        ),
        told,
        reference=reference,
    )
    return placement


def keep_claim(
    session: WriteSession, placement: Placement, claim: PlacementClaim, told: Told, *, reference: str | None = None
) -> None:
    """The same for who holds the placement's lock and has checked the claim."""
    session.add(claim)
    session.flush()
    if claim.employed:
        better_evidence(session, placement, GRADES[claim.claimant], told, reference=reference)
    recheck_claims(session, placement, told)
