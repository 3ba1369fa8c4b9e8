"""Claims of employer, trainee and record, and the mismatches between them: found, settled by people, or gone by themselves."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.matching.commands.history import Told
from services.matching.domain.mismatches import (
    AlreadyResolved,
    Claimant,
    Code,
    Resolution,
    check_may_resolve,
    differences,
    owner_of,
)
from services.matching.queries.mismatches import A_MISMATCH, visible_mismatches
from services.matching.tables import Mismatch, Placement, PlacementClaim
from shared.auth.actor import Actor
from shared.clock import today
from shared.contracts.matching import MismatchFound, MismatchResolved
from shared.db import WriteSession
from shared.errors import NotFound
from shared.events.outbox import emit
from shared.versions import check_version

SYSTEM: Final = Actor.system("matching").subject
_NOBODY: Final = "system"
_OF_NO_CLAIM: Final = frozenset({Code.EMPLOYED_WITHOUT_SEAT, Code.FULL_TIME_OVERLAP})


def find_mismatch(
    session: WriteSession, placement: Placement, code: Code, *, on: date, claim: PlacementClaim | None = None
) -> None:
    """Open a mismatch unless it is open already, or was settled for this very claim. The caller holds the placement's lock."""
    claimant = _NOBODY if claim is None else claim.claimant.value
    known = select(Mismatch).where(
        col(Mismatch.placement_id) == placement.id, col(Mismatch.code) == code, col(Mismatch.claimant) == claimant
    )
    for mismatch in session.scalars(known):
        if mismatch.resolution is None or (claim is not None and mismatch.claim_id == claim.id):
            return
    mismatch = Mismatch(
        placement_id=placement.id,
        person_id=placement.person_id,
        university_id=placement.university_id,
        company_id=placement.company_id,
        code=code,
        claimant=claimant,
        claim_id=None if claim is None else claim.id,
        owner=owner_of(code),
        found_on=on,
    )
    session.add(mismatch)
    emit(session, mismatch, MismatchFound(effective_on=on, **_content(mismatch)))


def recheck_claims(session: WriteSession, placement: Placement, told: Told) -> None:
    """Hold a placement against the last word of each claimant: what no longer differs is settled, what does is found.

    Of a placement that is over without anybody having worked nothing is left to differ.
    """
    claims = _last_claims(session, placement.id)
    wanted = {(code, claim.claimant.value): claim for claim in claims for code in differences(placement, claim)}
    open_ones = _open(session, placement.id)
    for mismatch in open_ones:
        if placement.started_on is None or (placement.ended_on is not None and mismatch.code is Code.EMPLOYED_WITHOUT_SEAT):
            _settle(session, mismatch, Resolution.PLACEMENT_OVER, on=told.effective_on, by=SYSTEM)
        elif mismatch.code not in _OF_NO_CLAIM and (mismatch.code, mismatch.claimant) not in wanted:
            _settle(session, mismatch, Resolution.AGREED, on=told.effective_on, by=SYSTEM)
    for (code, _), claim in wanted.items():
        find_mismatch(session, placement, code, on=told.effective_on, claim=claim)


def resolve_mismatch(
    session: WriteSession, mismatch_id: UUID, *, resolution: Resolution, by: Actor, expected: int | None = None
) -> Mismatch:
    """Settle a mismatch by a person's word. Raises NotFound, Forbidden, Stale, AlreadyResolved, Invalid."""
    statement = select(Mismatch).where(col(Mismatch.id) == mismatch_id, visible_mismatches(by)).with_for_update()
    mismatch = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if mismatch is None:
        raise NotFound(A_MISMATCH)
    check_may_resolve(mismatch.owner, resolution, mismatch.code, by=by)
    check_version(mismatch, expected)
    if mismatch.resolution is not None:
        raise AlreadyResolved
    _settle(session, mismatch, resolution, on=today(), by=by.subject)
    return mismatch


def _settle(session: WriteSession, mismatch: Mismatch, resolution: Resolution, *, on: date, by: str) -> None:
    mismatch.resolution, mismatch.resolved_on, mismatch.resolved_by = resolution, on, by
    emit(session, mismatch, MismatchResolved(effective_on=on, resolution=resolution, **_content(mismatch)))


def _open(session: WriteSession, placement_id: UUID) -> Iterable[Mismatch]:
    unsettled = select(Mismatch).where(col(Mismatch.placement_id) == placement_id, col(Mismatch.resolution).is_(None))
    locked = unsettled.order_by(col(Mismatch.id)).with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).all()


def _last_claims(session: WriteSession, placement_id: UUID) -> Iterable[PlacementClaim]:
    said = select(PlacementClaim).where(col(PlacementClaim.placement_id) == placement_id)
    last: dict[Claimant, PlacementClaim] = {}
    for claim in session.scalars(said.order_by(col(PlacementClaim.recorded_at), col(PlacementClaim.id))):
        last[claim.claimant] = claim
    return last.values()


def _content(mismatch: Mismatch) -> dict[str, object]:
    return {
        "mismatch_id": mismatch.id,
        "placement_id": mismatch.placement_id,
        "person_id": mismatch.person_id,
        "university_id": mismatch.university_id,
        "company_id": mismatch.company_id,
        "code": mismatch.code,
        "claimant": mismatch.claimant,
        "owner": mismatch.owner,
    }
