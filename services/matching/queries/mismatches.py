"""Mismatches and claims, as those may see them who may see the placement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import col

from services.matching.domain.mismatches import Code
from services.matching.domain.placements import Party
from services.matching.queries.visibility import visible_by_organisation
from services.matching.tables import Mismatch, PlacementClaim
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound

MISMATCH_KEY: Final = (col(Mismatch.id),)
A_MISMATCH: Final = N_("mismatch")


@dataclass(frozen=True, slots=True)
class MismatchFilter:
    """What a list of mismatches is narrowed to; None takes all."""

    open: bool | None = None
    code: Code | None = None
    owner: Party | None = None
    placement_id: UUID | None = None


def visible_mismatches(by: Actor) -> ColumnElement[bool]:
    """The mismatches that a caller may know of."""
    return visible_by_organisation(by, company=col(Mismatch.company_id), university=col(Mismatch.university_id))


def mismatches(wanted: MismatchFilter, *, by: Actor) -> Select[Any]:
    """The mismatches that `by` may see."""
    statement = select(Mismatch).where(visible_mismatches(by))
    if wanted.open is not None:
        unsettled = col(Mismatch.resolution).is_(None)
        statement = statement.where(unsettled if wanted.open else ~unsettled)
    for column, value in (
        (col(Mismatch.code), wanted.code),
        (col(Mismatch.owner), wanted.owner),
        (col(Mismatch.placement_id), wanted.placement_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return statement


def mismatch(session: ReadSession, mismatch_id: UUID, *, by: Actor) -> Mismatch:
    """One mismatch. Raises NotFound for one that `by` may not see."""
    found = session.scalar(select(Mismatch).where(col(Mismatch.id) == mismatch_id, visible_mismatches(by)))
    if found is None:
        raise NotFound(A_MISMATCH)
    return found


def claims_of(session: ReadSession, placement_id: UUID) -> Sequence[PlacementClaim]:
    """What was said of a placement, in the order in which it was recorded."""
    said = select(PlacementClaim).where(col(PlacementClaim.placement_id) == placement_id)
    return session.scalars(said.order_by(col(PlacementClaim.recorded_at), col(PlacementClaim.id))).all()
