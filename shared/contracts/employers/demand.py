"""Demand before supply: what seats a field will have in a month, and how many people will look for one."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.employers.service import EmployersEvent


class SkillForeseen(BaseModel):
    """A skill: seats posted or pledged that ask for it, and completers expected whose program leads to it.

    `only_pledged` are those that a company pledged beyond what it posted. Events from before tell of posted seats alone.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    skill: str
    posted_seats: int
    expected_completers: int
    pledged_seats: int = 0
    only_pledged: int = 0


class DemandForeseen(EmployersEvent):
    """What is known now of a field in a month (`YYYY-MM`): seats pledged and posted for it, and completers expected in it.

    `seats` is what can be reckoned with: of each company the greater of what it pledged and what it posted. `shortage` is
    what the completers lack, never below nought. Said again when it changes. `skills` tells of every skill that is asked for
    or will be had. It is none in events from before.

    v1  first version; later with skills
    """

    name: ClassVar[str] = "demand.foreseen"
    demand_id: UUID
    field: str
    month: str
    pledged_seats: int
    posted_seats: int
    seats: int
    expected_completers: int
    shortage: int
    skills: list[SkillForeseen] | None = None
