"""Claims of employer, trainee and record, and the mismatches between them: found, settled by people, or gone by themselves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
from shared.db.bulk import among
from shared.errors import NotFound
from shared.events.outbox import emit
from shared.versions import check_version

SYSTEM: Final = "system"
FOLLOW_UP: Final = "follow_up"
"""Who differs where nobody made a claim: nobody, or the answer to a follow-up."""

_ITSELF: Final = Actor.system("matching").subject


class Book:
    """What was said and what does not fit of some placements, read in two statements. The caller holds their locks."""

    def __init__(self, session: WriteSession, placement_ids: Sequence[UUID]) -> None:
        self._session = session
        self._mismatches: defaultdict[UUID, list[Mismatch]] = defaultdict(list)
        self._claims: defaultdict[UUID, dict[Claimant, PlacementClaim]] = defaultdict(dict)
        of_these = among(session, Mismatch.__table__.c.placement_id, placement_ids)  # type: ignore[attr-defined]
        known = select(Mismatch).where(of_these).order_by(col(Mismatch.id)).with_for_update()
        for mismatch in session.scalars(known.execution_options(populate_existing=True)):
            self._mismatches[mismatch.placement_id].append(mismatch)
        said = select(PlacementClaim).where(among(session, PlacementClaim.__table__.c.placement_id, placement_ids))  # type: ignore[attr-defined]
        for claim in session.scalars(said.order_by(col(PlacementClaim.recorded_at), col(PlacementClaim.id))):
            self._claims[claim.placement_id][claim.claimant] = claim

    def find(
        self, placement: Placement, code: Code, *, on: date, claimant: str = SYSTEM, claim: PlacementClaim | None = None
    ) -> None:
        """Open a mismatch unless it is open already, or was settled for this very claim."""
        known = self._mismatches[placement.id]
        for mismatch in known:
            same = (mismatch.code, mismatch.claimant) == (code, claimant)
            if same and (mismatch.resolution is None or (claim is not None and mismatch.claim_id == claim.id)):
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
        self._session.add(mismatch)
        known.append(mismatch)
        emit(self._session, mismatch, MismatchFound(effective_on=on, **_content(mismatch)))

    def settle(self, placement: Placement, code: Code, *, on: date) -> None:
        """What the mismatch was about is no more."""
        for mismatch in self._mismatches[placement.id]:
            if mismatch.code is code and mismatch.resolution is None:
                _settle(self._session, mismatch, Resolution.AGREED, on=on, by=_ITSELF)

    def last_claims(self, claimant: Claimant) -> Mapping[UUID, PlacementClaim]:
        """What one claimant said last, by placement."""
        return {id_: claims[claimant] for id_, claims in self._claims.items() if claimant in claims}

    def recheck(self, placement: Placement, *, on: date, of: Claimant | None = None) -> Sequence[Code]:
        """Hold a placement against the last word of each claimant: what no longer differs is settled, what does is found.

        Returns how the claims differ, or how those of one claimant do. Of a placement in which nobody ever worked nothing is
        left to differ.
        """
        claims = self._claims[placement.id].values()
        wanted = {(code, claim.claimant.value): claim for claim in claims for code in differences(placement, claim)}
        for mismatch in self._mismatches[placement.id]:
            resolution = _resolved_by_itself(mismatch, placement, still=(mismatch.code, mismatch.claimant) in wanted)
            if mismatch.resolution is None and resolution is not None:
                _settle(self._session, mismatch, resolution, on=on, by=_ITSELF)
        for (code, claimant), claim in wanted.items():
            self.find(placement, code, on=on, claimant=claimant, claim=claim)
        return [code for code, claimant in wanted if of in {None, claimant}]


def find_mismatch(session: WriteSession, placement: Placement, code: Code, *, on: date, claimant: str = SYSTEM) -> None:
    """Open a mismatch that follows from no claim, unless it is open already. The caller holds the placement's lock."""
    Book(session, [placement.id]).find(placement, code, on=on, claimant=claimant)


def recheck_claims(session: WriteSession, placement: Placement, told: Told) -> None:
    """Hold one placement against what was said of it. The caller holds its lock."""
    Book(session, [placement.id]).recheck(placement, on=told.effective_on)


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


def _resolved_by_itself(mismatch: Mismatch, placement: Placement, *, still: bool) -> Resolution | None:
    """How an open mismatch is settled by what the placement says now, if it is."""
    if placement.started_on is None:
        return Resolution.PLACEMENT_OVER
    ended = placement.ended_on is not None
    if mismatch.claimant in {SYSTEM, FOLLOW_UP}:
        over = {Code.EMPLOYED_WITHOUT_SEAT: ended, Code.ALREADY_LEFT: ended, Code.STILL_EMPLOYED: not ended}
        return Resolution.PLACEMENT_OVER if over.get(mismatch.code) else None
    return None if still else Resolution.AGREED


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
