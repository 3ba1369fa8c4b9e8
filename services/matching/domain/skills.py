"""Skills of a trainee: at which level and who says so. Of several who speak of one skill, the closest is believed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LEVELS: Final = range(1, 6)
"""1 knows it, 2 has used it with help, 3 works with it alone, 4 teaches it, 5 masters it."""


class SkillSource(StrEnum):
    """Who says that somebody has a skill: the program whose training leads to it, the university, or the trainee."""

    PROGRAM = "program"
    UNIVERSITY = "university"
    TRAINEE = "trainee"


BELIEVED_FIRST: Final = (SkillSource.UNIVERSITY, SkillSource.PROGRAM, SkillSource.TRAINEE)
"""A university has seen this person at work, a program speaks of everybody who completes it, a trainee of themselves."""


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A skill at a level. `expected`: the training that leads to it is not completed yet."""

    skill: str
    level: int
    source: SkillSource
    expected: bool = False


def believed(said: Iterable[HeldSkill]) -> Mapping[str, HeldSkill]:
    """Per skill what counts: the word of the source that is believed first, and of one source the highest level.

    Of two programs the one that was completed counts before the one that still runs.
    """
    best: dict[str, HeldSkill] = {}
    for each in said:
        known = best.get(each.skill)
        if known is None or _rank(each) < _rank(known):
            best[each.skill] = each
    return best


def _rank(held: HeldSkill) -> tuple[int, bool, int]:
    return BELIEVED_FIRST.index(held.source), held.expected, -held.level
