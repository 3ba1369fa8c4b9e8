"""Pay, hours, term and skills of a position, as they are sent and shown."""

from datetime import date, time
from typing import Annotated

from pydantic import BaseModel, Field

from services.employers.domain.offers import Per
from services.employers.schemas.values import Skill
from shared.http import Body

_WON = "whole won before tax"
_SKILL = "a skill of the taxonomy, by code, name or synonym"
_LEVEL = "1 knows of it, 2 works under guidance, 3 works alone, 4 leads, 5 teaches"

ClosesOn = Annotated[date | None, Field(description="the last day; none: until filled")]
Months = Annotated[int, Field(ge=1, le=60, description="of an internship or a fixed term")]
Won = Annotated[int, Field(ge=0, le=1_000_000_000, description=_WON)]
Weekly = Annotated[int, Field(ge=1, le=52, description="hours in a week: 52 are the most that the law allows")]


class SkillWanted(Body):
    skill: Annotated[Skill, Field(description=_SKILL)]
    level: Annotated[int, Field(ge=1, le=5, description=_LEVEL)] = 3


class SalaryAsked(Body):
    lowest: Won | None = None
    highest: Won | None = None
    per: Per


class HoursAsked(Body):
    weekly: Weekly
    starts_at: time | None = None
    ends_at: time | None = None
    in_shifts: bool = False


class SkillLevel(BaseModel):
    skill: Annotated[str, Field(description="code of the taxonomy")]
    level: Annotated[int, Field(description=_LEVEL)]


class SalaryPublic(BaseModel):
    lowest: Annotated[int | None, Field(description=_WON)]
    highest: int | None
    per: Per


class HoursPublic(BaseModel):
    weekly: int
    starts_at: time | None
    ends_at: time | None
    in_shifts: bool
