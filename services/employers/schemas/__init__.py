"""What callers send to employers and what they are shown."""

from services.employers.schemas.agreements import AgreementCreate, AgreementDetail, AgreementPublic, AgreementTransition
from services.employers.schemas.companies import CompanyCreate, CompanyPublic
from services.employers.schemas.pledges import PledgeCreate, PledgePublic
from services.employers.schemas.positions import (
    PositionCreate,
    PositionDetail,
    PositionPublic,
    PositionRevision,
    PositionTransition,
    SeatCounts,
    SeatPublic,
)
from services.employers.schemas.values import LifeCycleStep

__all__ = [
    "AgreementCreate",
    "AgreementDetail",
    "AgreementPublic",
    "AgreementTransition",
    "CompanyCreate",
    "CompanyPublic",
    "LifeCycleStep",
    "PledgeCreate",
    "PledgePublic",
    "PositionCreate",
    "PositionDetail",
    "PositionPublic",
    "PositionRevision",
    "PositionTransition",
    "SeatCounts",
    "SeatPublic",
]
