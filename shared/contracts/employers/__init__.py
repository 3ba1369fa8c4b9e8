"""What the employers service publishes: companies, agreements, positions, every seat's life, and skills."""

from shared.contracts.employers.companies import (
    AgreementActivated,
    AgreementDrafted,
    AgreementEnded,
    AgreementEvent,
    AgreementSuspended,
    CompanyRegistered,
)
from shared.contracts.employers.positions import (
    PositionClosed,
    PositionDrafted,
    PositionEvent,
    PositionOpened,
    PositionPaused,
    PositionReturned,
    PositionRevised,
    PositionSubmitted,
    Salary,
    WantedSkill,
    WorkingHours,
)
from shared.contracts.employers.seats import (
    SeatEvent,
    SeatFilled,
    SeatLapsed,
    SeatOfPlacement,
    SeatPosted,
    SeatReopened,
    SeatReservationRefused,
    SeatReserved,
    SeatWithdrawn,
)
from shared.contracts.employers.service import EmployersEvent
from shared.contracts.employers.skills import (
    SkillAdded,
    SkillChanged,
    SkillEvent,
)

__all__ = [
    "AgreementActivated",
    "AgreementDrafted",
    "AgreementEnded",
    "AgreementEvent",
    "AgreementSuspended",
    "CompanyRegistered",
    "EmployersEvent",
    "PositionClosed",
    "PositionDrafted",
    "PositionEvent",
    "PositionOpened",
    "PositionPaused",
    "PositionReturned",
    "PositionRevised",
    "PositionSubmitted",
    "Salary",
    "SeatEvent",
    "SeatFilled",
    "SeatLapsed",
    "SeatOfPlacement",
    "SeatPosted",
    "SeatReopened",
    "SeatReservationRefused",
    "SeatReserved",
    "SeatWithdrawn",
    "SkillAdded",
    "SkillChanged",
    "SkillEvent",
    "WantedSkill",
    "WorkingHours",
]
