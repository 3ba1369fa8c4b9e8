"""What a round decides on: both sides as they were frozen, on a day, with the rankings that people handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.matching.domain.market.sides import CandidateSide, OpeningSide

Ranking = tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """`by_trainee` are positions, `by_position` persons, the most wanted first. Who ranked wants nobody else."""

    on: date
    candidates: Sequence[CandidateSide]
    openings: Sequence[OpeningSide]
    met: frozenset[tuple[UUID, UUID]] = frozenset()
    by_trainee: Mapping[UUID, Ranking] = field(default_factory=dict)
    by_position: Mapping[UUID, Ranking] = field(default_factory=dict)

    def in_order(self) -> "Problem":
        """The same, each side by its ids: what comes out may not depend on the order in which it came in."""
        return Problem(
            self.on,
            # By the numbers behind the ids, in the same order: those compare themselves much faster.
            sorted(self.candidates, key=lambda each: (each.person_id.int, each.enrolment_id.int)),
            sorted(self.openings, key=lambda each: each.position_id.int),
            self.met,
            self.by_trainee,
            self.by_position,
        )


@dataclass(frozen=True, slots=True)
class Ignored:
    """A place in somebody's ranking that could not count, and why: `unknown`, or the name of the rule that it breaks."""

    person_id: UUID
    position_id: UUID
    by: str
    reason: str
