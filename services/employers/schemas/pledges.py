"""Pledges, and what they come to, as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.employers.domain.positions import PositionKind
from services.employers.schemas.values import VERSION, Change, FieldCode, Skill, Text
from shared.http import Body

Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(?:0[1-9]|1[0-2])$", description="YYYY-MM")]
Seats = Annotated[int, Field(ge=1, le=10_000)]
AskedSkill = Annotated[Skill | None, Field(description="the skill that is looked for, as people write it; left out: any")]
Share = Annotated[float | None, Field(description="null where there is nothing to divide by")]


class PledgeCreate(Body):
    month: Month
    field: FieldCode
    kind: PositionKind
    seats: Seats
    skill: AskedSkill = None
    note: Text | None = None


class PledgeChange(Change):
    clearable = frozenset({"note", "skill"})

    seats: Seats | None = None
    skill: AskedSkill = None
    note: Text | None = None


class PledgePublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=VERSION)]
    created_at: datetime
    company_id: UUID
    month: str
    field: str
    kind: PositionKind
    seats: int
    skill: Annotated[str | None, Field(description="code of the skill that is looked for; none: any")]
    note: str | None
    withdrawn_on: Annotated[date | None, Field(description="when it was taken back")]


class KeptRate(BaseModel):
    """How a company kept its word: seats due by that day, and those of them that were filled in time."""

    company_id: UUID
    name_ko: str
    name_en: str
    as_of: date
    due: int
    kept: int
    rate: Share


class Coverage(BaseModel):
    """How much of a cohort the pledges for the months after it cover."""

    cohort_id: UUID
    code: str
    field: str
    ends_on: date
    months: list[str]
    expected_completers: int
    pledged_seats: int
    coverage: Share
    sharing: Annotated[int, Field(description="completers of all cohorts of the field who look for seats in these months")]


class DemandPublic(BaseModel):
    """A field in a month: of each company the greater of what it pledged and what it posted counts as `seats`."""

    month: str
    field: str
    pledged_seats: int
    posted_seats: int
    seats: int
    expected_completers: int
    shortage: int


class SkillDemand(BaseModel):
    """A skill in a field and month. A seat stands in the row of every skill that it asks for: rows do not add up."""

    month: str
    field: str
    skill: str
    posted_seats: Annotated[int, Field(description="seats posted with it as a must-have")]
    pledged_seats: Annotated[int, Field(description="seats of pledges that name it")]
    seats: Annotated[int, Field(description="of each company the greater of what it pledged and what it posted")]
    expected_completers: Annotated[
        int, Field(description="completers expected whose program leads to the skill, at any level; 0: no program says so")
    ]
    shortage: Annotated[int, Field(description="completers with the skill beyond the seats that ask for it")]
    unmet_seats: Annotated[int, Field(description="seats that ask for it beyond the completers who will have it")]
    field_pledged_seats: Annotated[
        int, Field(description="pledged for the field and month, whatever the skill: a pledge need not name one")
    ]
