"""The public feed of jobs."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.employers.domain.positions import PositionKind
from services.employers.schemas.offers import HoursPublic, SalaryPublic, SkillLevel


class JobPublic(BaseModel):
    url: str
    title: str
    description: str | None
    company_ko: str
    company_en: str
    ksic: str | None
    kind: PositionKind
    open_seats: Annotated[int, Field(description="when this was read; its changes alone are no change of the job")]
    must_have: list[SkillLevel]
    nice_to_have: list[SkillLevel]
    licences: list[str]
    salary: SalaryPublic | None
    working_hours: HoursPublic | None
    duration_months: int | None
    opens_on: date
    closes_on: Annotated[date | None, Field(description="the last day; none: until filled")]
    posted_on: date


class JobChanged(BaseModel):
    """A job as it is now, or a tombstone: `removed`, without a job, with the field and the region that it was listed in."""

    number: Annotated[int, Field(description="grows with every change")]
    change: Literal["listed", "removed"]
    id: UUID
    field: str
    region: str
    changed_at: datetime
    job: JobPublic | None


class JobFeed(BaseModel):
    items: list[JobChanged]
    next: Annotated[str, Field(description="where to go on: the next page, or, when `more` is false, what changes from now on")]
    more: Annotated[bool, Field(description="whether there is more right now")]
