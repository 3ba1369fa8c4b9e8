"""An internship that becomes a permanent placement: one job, whose seats are linked."""

from datetime import date, timedelta
from typing import Final, Protocol
from uuid import UUID

from services.matching.domain.openings import Kind
from services.matching.domain.placements import PlacementState
from shared.errors import N_, Conflict

LONGEST_GAP: Final = timedelta(days=90)
CONVERSION: Final = "conversion"
"""The origin of a seat that grew from an internship's."""
CONVERTED: Final = "converted"
"""The reason with which the internship ends."""


class NotConvertible(Conflict):
    code = "not_convertible"
    title = N_("This cannot become a permanent placement")
    detail = N_(
        "Only an internship that runs or ended at most {days} days ago becomes permanent, for the same person at the same "
        "company, and only once."
    )

    def __init__(self) -> None:
        super().__init__(days=LONGEST_GAP.days)


class Internship(Protocol):
    @property
    def state(self) -> PlacementState: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def person_id(self) -> UUID: ...
    @property
    def company_id(self) -> UUID: ...
    @property
    def ended_on(self) -> date | None: ...


def check_convertible(internship: Internship, *, person_id: UUID, company_id: UUID, kind: Kind, on: date) -> None:
    """Raise NotConvertible unless `internship` can grow into a placement of that person in that company's position."""
    runs = internship.state is PlacementState.STARTED
    over = internship.state is PlacementState.ENDED and internship.ended_on is not None
    recently = over and internship.ended_on is not None and on - internship.ended_on <= LONGEST_GAP
    same = (internship.person_id, internship.company_id) == (person_id, company_id)
    if not (internship.kind is Kind.INTERNSHIP and kind is Kind.PERMANENT and same and (runs or recently)):
        raise NotConvertible


def last_day(started_on: date, *, internship_began: date) -> date:
    """The internship's last day: the one before the permanent placement, and never before the internship began."""
    return max(started_on - timedelta(days=1), internship_began)
