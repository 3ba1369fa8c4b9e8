"""Positions: what a posting says, and its life."""

from datetime import date, time
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.employers.service import EmployersEvent


class _Part(BaseModel):
    """A part of an event's content. Unknown fields are ignored when reading, as in the event itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WantedSkill(_Part):
    """A skill of the taxonomy, by its code, and how well it has to be mastered: 1 (knows of it) to 5 (teaches it)."""

    skill: str
    level: int


class Salary(_Part):
    """What is paid, in whole won before tax, `per` year, month or hour. A bound that is not told is none."""

    lowest: int | None
    highest: int | None
    per: str


class WorkingHours(_Part):
    """Hours in a week, and between what times of day where that is fixed."""

    weekly: int
    starts_at: time | None = None
    ends_at: time | None = None
    in_shifts: bool = False


class PositionEvent(EmployersEvent):
    """A posting, whole. `kind` is internship, permanent or fixed_term; `closes_on` none means until it is filled.

    `skills` are the codes of the must-have ones; `must_have` says the same with levels and is empty in events from before
    levels were kept. `licences` are codes of the taxonomy too: nobody may be hired without all of them. `origin` of the
    seats is new, replacement or conversion. `duration_months` is set for internships and fixed terms.
    """

    position_id: UUID
    company_id: UUID
    title: str
    field: str
    kind: str
    region: str
    seats: int
    skills: list[str]
    opens_on: date
    closes_on: date | None
    effective_on: date
    must_have: list[WantedSkill] = Field(default_factory=list)
    nice_to_have: list[WantedSkill] = Field(default_factory=list)
    licences: list[str] = Field(default_factory=list)
    salary: Salary | None = None
    working_hours: WorkingHours | None = None
    duration_months: int | None = None
    origin: str | None = None


class PositionDrafted(PositionEvent):
    """A posting was written down.

    v1  first version
    """

    name: ClassVar[str] = "position.drafted"


class PositionRevised(PositionEvent):
    """A posting says something else from now on; its state is as before.

    v1  first version
    """

    name: ClassVar[str] = "position.revised"


class PositionSubmitted(PositionEvent):
    """A posting waits for its review.

    v1  first version
    """

    name: ClassVar[str] = "position.submitted"


class PositionReturned(PositionEvent):
    """A posting went back to its company, with a reason kept there.

    v1  first version
    """

    name: ClassVar[str] = "position.returned"


class PositionOpened(PositionEvent):
    """A posting takes candidates, for the first time or again.

    v1  first version
    """

    name: ClassVar[str] = "position.opened"


class PositionPaused(PositionEvent):
    """A posting takes no candidates for now.

    v1  first version
    """

    name: ClassVar[str] = "position.paused"


class PositionClosed(PositionEvent):
    """A posting is closed: `reason` is filled, lapsed or withdrawn.

    v1  first version
    """

    name: ClassVar[str] = "position.closed"
    reason: str
