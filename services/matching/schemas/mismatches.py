"""Bodies and answers about claims, mismatches and the reasons for which placements end."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.matching.domain.mismatches import Claimant, Code, Resolution
from services.matching.domain.placements import Party, PlacementState
from services.matching.domain.reasons import Reason, ReasonTable
from services.matching.schemas.placements import Reference
from shared.http.bodies import Body


class EmploymentClaim(Body):
    """What employer, trainee or record say. Days that are left out are not spoken of; `employed` false denies it all.

    Employers speak for themselves and universities for their trainees: they may leave `claimant` out.
    """

    claimant: Claimant | None = None
    employed: bool
    started_on: date | None = None
    ended_on: Annotated[date | None, Field(description="the last day; none: still there")] = None
    reported_on: date | None = None
    reference: Reference | None = None


class ClaimPublic(BaseModel):
    id: UUID
    claimant: Claimant
    employed: bool
    started_on: date | None
    ended_on: date | None
    reported_on: date | None
    recorded_at: datetime


class ClaimList(BaseModel):
    items: list[ClaimPublic]


class MismatchPublic(BaseModel):
    """`claimant` differs from the placement; `owner` has to settle it. Open while `resolution` is null."""

    id: UUID
    version: int
    created_at: datetime
    placement_id: UUID
    person_id: UUID
    university_id: UUID
    company_id: UUID
    code: Code
    claimant: str
    owner: Party
    found_on: date
    resolution: Resolution | None
    resolved_on: date | None


class MismatchResolution(Body):
    """accepted: known, and left as it is; claim_wrong: who claimed it was mistaken; seat_added: the employer made room."""

    resolution: Resolution


class ReasonPublic(BaseModel):
    """`ends` says who may give it at which end, `parks` for how many days a decline of whom parks the trainee."""

    code: str
    name_ko: str
    name_en: str
    ends: dict[PlacementState, list[Party]]
    parks: dict[Party, int]


class ReasonList(BaseModel):
    """The table under its id."""

    id: str
    items: list[ReasonPublic]

    @classmethod
    def of(cls, table: ReasonTable) -> "ReasonList":
        return cls(id=table.id, items=[_reason(each) for each in table.reasons.values()])


def _reason(reason: Reason) -> ReasonPublic:
    ends = {end: sorted(parties) for end, parties in reason.ends.items()}
    return ReasonPublic(code=reason.code, name_ko=reason.ko, name_en=reason.en, ends=ends, parks=dict(reason.parks))
