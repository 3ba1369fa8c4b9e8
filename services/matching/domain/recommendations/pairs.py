"""A candidate and an opening, side by side, with everything that rules and scores may look at."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.matching.domain.candidates import Stage
from services.matching.domain.openings import Kind, OpeningState

HORIZON: Final = timedelta(days=90)
"""How far ahead a position without a closing day looks for candidates."""


@dataclass(frozen=True, slots=True)
class CandidateSide:
    """One enrolment of a person. None means that it is not known.

    `available_from` is the day after which they can work, `internship_from` the one after which they can be interns.
    `region` is where they were trained. `held` says that the person has a full-time placement offered, accepted or running.
    """

    enrolment_id: UUID
    person_id: UUID
    field: str
    stage: Stage
    available_from: date | None
    internship_from: date | None
    region: str | None
    held: bool
    skills: frozenset[str] | None = None

    def available_for(self, kind: Kind) -> date | None:
        """The day from which they are there for a position of this kind."""
        return self.internship_from if kind is Kind.INTERNSHIP else self.available_from


@dataclass(frozen=True, slots=True)
class OpeningSide:
    """One posting. `skills` are its must-have ones."""

    position_id: UUID
    company_id: UUID
    title: str
    field: str
    kind: Kind
    region: str
    skills: tuple[str, ...]
    state: OpeningState
    opens_on: date
    closes_on: date | None
    free_seats: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The two, on the day of the question. `considered` says that they met before and that it is running or was declined."""

    candidate: CandidateSide
    opening: OpeningSide
    on: date
    considered: bool

    @property
    def available_from(self) -> date | None:
        return self.candidate.available_for(self.opening.kind)

    @property
    def needed_by(self) -> date:
        """The last day on which somebody who becomes available is still in time."""
        return self.opening.closes_on or max(self.on, self.opening.opens_on) + HORIZON
