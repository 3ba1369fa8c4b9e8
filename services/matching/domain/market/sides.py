"""A trainee and a position with everything that rules and scores may look at, as they are read and as rounds keep them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.matching.domain.candidates import Stage
from services.matching.domain.openings import Kind, OpeningState


@dataclass(frozen=True, slots=True)
class CandidateSide:
    """One enrolment of a person. None means that it is not known; an empty wish means any.

    `available_from` is the day after which they can work, `internship_from` the one after which they can be interns.
    `region` is where they were trained. `held` says that the person has a full-time placement offered, accepted or running.
    `skills` are levels by skill. `salary_wish` is KRW a year. `refuses`: not to be matched by a machine.
    """

    enrolment_id: UUID
    person_id: UUID
    field: str
    stage: Stage
    available_from: date | None
    internship_from: date | None
    region: str | None
    held: bool
    skills: Mapping[str, int] | None = None
    fields: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    salary_wish: int | None = None
    parked: bool = False
    refuses: bool = False
    university_id: UUID | None = None
    program_id: UUID | None = None
    cohort_id: UUID | None = None

    def available_for(self, kind: Kind) -> date | None:
        """The day from which they are there for a position of this kind."""
        return self.internship_from if kind is Kind.INTERNSHIP else self.available_from


@dataclass(frozen=True, slots=True)
class Demand:
    """A skill or licence that a position asks for, at a level from 1 to 5. `must`: not without."""

    skill: str
    level: int = 1
    must: bool = False


@dataclass(frozen=True, slots=True)
class OpeningSide:
    """One posting. `pay` is KRW a year at best, None where it is not told."""

    position_id: UUID
    company_id: UUID
    title: str
    field: str
    kind: Kind
    region: str
    state: OpeningState
    opens_on: date
    closes_on: date | None
    free_seats: int
    demands: tuple[Demand, ...] = ()
    pay: int | None = None
