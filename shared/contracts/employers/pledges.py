"""Seats that companies promise before there are positions."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.employers.service import EmployersEvent


class PledgeEvent(EmployersEvent):
    """A promise of seats for a field, a kind of position and a month (`YYYY-MM`), whole; `skill` is a code, none: any."""

    pledge_id: UUID
    company_id: UUID
    month: str
    field: str
    kind: str
    seats: int
    effective_on: date
    skill: str | None = None


class PledgeMade(PledgeEvent):
    """A company promised seats.

    v1  first version; later with skill
    """

    name: ClassVar[str] = "pledge.made"


class PledgeChanged(PledgeEvent):
    """A promise is of another number of seats from now on, or another company's.

    v1  first version; later with skill
    """

    name: ClassVar[str] = "pledge.changed"


class PledgeWithdrawn(PledgeEvent):
    """A company took a promise back.

    v1  first version; later with skill
    """

    name: ClassVar[str] = "pledge.withdrawn"
