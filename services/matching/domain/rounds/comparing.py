"""What if: the frozen input once more with other settings, and what that would change. Nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.matching.domain.market.acceptance import NOBODY
from services.matching.domain.rounds.claims import claim_of
from services.matching.domain.rounds.problem import Problem
from services.matching.domain.rounds.report import Figures, figures
from services.matching.domain.rounds.settings import RoundSettings
from services.matching.domain.rounds.solving import Outcome, Progress, solve
from services.matching.domain.rounds.verification import Verification, verify

COMPARED: Final = ("placed", "unfilled", "average_rank", "first_wishes", "field_match", "total_score")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome as it was settled, and as it would be. `moved` trainees would get another position, and so on."""

    before: Figures
    after: Figures
    change: Mapping[str, float | None]
    gaps: Mapping[str, Mapping[str, float]]
    gained: int
    lost: int
    moved: int
    verification: Verification

    def as_json(self, *, version: int, snapshot_hash: str) -> dict[str, Any]:
        """As it is told, of a round at this version."""
        return {
            "version": version,
            "snapshot_hash": snapshot_hash,
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "change": dict(self.change),
            "gaps": {name: dict(gap) for name, gap in self.gaps.items()},
            "gained": self.gained,
            "lost": self.lost,
            "moved": self.moved,
            "stable": self.verification.holds,
        }


def compare(problem: Problem, before: RoundSettings, after: RoundSettings, *, progress: Progress = lambda _: None) -> Comparison:
    """Solve twice and compare."""
    first = solve(problem, before, progress=lambda percent: progress(percent // 2))
    second = solve(problem, after, progress=lambda percent: progress(50 + percent // 2))
    old, new = figures(first), figures(second)
    mine, theirs = _places(first), _places(second)
    both = mine.keys() & theirs.keys()
    return Comparison(
        before=old,
        after=new,
        change={name: _difference(getattr(old, name), getattr(new, name)) for name in COMPARED},
        gaps={division: {"before": _gap(old, division), "after": _gap(new, division)} for division in new.fairness},
        gained=len(theirs.keys() - mine.keys()),
        lost=len(mine.keys() - theirs.keys()),
        moved=sum(mine[person] != theirs[person] for person in both),
        verification=verify(claim_of(second)),
    )


def _places(outcome: Outcome) -> dict[UUID, UUID]:
    return {
        outcome.drawn.persons[person]: outcome.problem.openings[int(outcome.entries.position[entry])].position_id
        for person, entry in enumerate(outcome.held.tolist())
        if entry != NOBODY
    }


def _difference(before: Any, after: Any) -> float | None:
    return None if before is None or after is None else round(after - before, 4)


def _gap(result: Figures, division: str) -> float:
    """The highest placement rate of a group less the lowest."""
    rates = [group["rate"] for group in result.fairness[division]]
    return round(max(rates) - min(rates), 4) if rates else 0.0
