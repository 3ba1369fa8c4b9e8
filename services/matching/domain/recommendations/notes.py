"""What matched in a pair, what is missing, and the one skill that would help most, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.matching.domain.market.columns import FULL, UNKNOWN
from services.matching.domain.market.components import COMPONENTS
from services.matching.domain.market.encoding import shares_of
from services.matching.domain.market.sides import Demand
from services.matching.domain.market.weights import View, known_weights
from services.matching.domain.market.words import NEIGHBOURS
from services.matching.domain.numbers import np
from services.matching.domain.recommendations.pairs import Pair
from shared.errors import N_


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that matched or is missing: a code and a text with placeholders."""

    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notes:
    matched: Sequence[Note] = ()
    missing: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class Help:
    """The skill that a trainee could learn with most effect: to `level`, for so much more of the score."""

    skill: str
    level: int
    gain: float


Wording = Callable[[Pair, int], Notes]


def _field(pair: Pair, value: int) -> Notes:
    if value == FULL:
        return Notes(matched=[Note("same_field", N_("Trained in the position's field."))])
    if value > 0:
        return Notes(matched=[Note("related_field", N_("Trained in a field close to the position's."))])
    return Notes(missing=[Note("other_field", N_("Trained in another field."))])


def _skills(pair: Pair, value: int) -> Notes:
    held = pair.candidate.skills
    if not pair.opening.demands:
        return Notes(matched=[Note("no_skill_demanded", N_("The position demands no particular skill."))])
    if held is None:
        return Notes(missing=[Note("skills_unknown", N_("The trainee's skills are not known: they count half."))])
    matched, missing = [], []
    for demand in sorted(pair.opening.demands, key=lambda each: (not each.must, each.skill)):
        level = held.get(demand.skill, 0)
        words = {"skill": demand.skill, "level": demand.level, "has": level}
        if level >= demand.level:
            matched.append(Note("skill", N_("Has the skill {skill}."), words))
        elif level:
            missing.append(Note("skill_level", N_("Has the skill {skill} at level {has}, level {level} is asked."), words))
        elif demand.must:
            missing.append(Note("must_have", N_("Lacks the must-have skill {skill}."), words))
        else:
            missing.append(Note("skill", N_("Lacks the skill {skill}."), words))
    return Notes(matched, missing)


def _availability(pair: Pair, value: int) -> Notes:
    day = pair.available_from
    if value == UNKNOWN or day is None:
        return Notes(missing=[Note("availability_unknown", N_("It is not known when the trainee is available: it counts half."))])
    if value == FULL:
        return Notes(matched=[Note("available", N_("Available at once."))])
    return Notes(missing=[Note("available_later", N_("Available only from {day} on."), {"day": day.isoformat()})])


def _region(pair: Pair, value: int) -> Notes:
    if value == UNKNOWN:
        return Notes(missing=[Note("region_unknown", N_("The trainee's region is not known: it counts half."))])
    if value == FULL:
        return Notes(matched=[Note("same_region", N_("Trained in the region of the workplace."))])
    if value == NEIGHBOURS:
        return Notes(matched=[Note("neighbour_region", N_("Trained in the neighbouring region."))])
    return Notes(missing=[Note("other_region", N_("The workplace is in another region."))])


def _wished_field(pair: Pair, value: int) -> Notes:
    if not pair.candidate.fields:
        return Notes()
    if value == FULL:
        return Notes(matched=[Note("wished_field", N_("In a field that the trainee wishes for."))])
    return Notes(missing=[Note("unwished_field", N_("Not in a field that the trainee wishes for."))])


def _wished_region(pair: Pair, value: int) -> Notes:
    if not pair.candidate.regions:
        return Notes()
    if value == FULL:
        return Notes(matched=[Note("wished_region", N_("Where the trainee wishes to work."))])
    return Notes(missing=[Note("unwished_region", N_("Not where the trainee wishes to work."))])


def _wished_kind(pair: Pair, value: int) -> Notes:
    if not pair.candidate.kinds:
        return Notes()
    if value == FULL:
        return Notes(matched=[Note("wished_kind", N_("The kind of position that the trainee wishes for."))])
    return Notes(missing=[Note("unwished_kind", N_("Another kind of position than the trainee wishes for."))])


def _pay(pair: Pair, value: int) -> Notes:
    if not pair.candidate.salary_wish:
        return Notes()
    if value == UNKNOWN:
        return Notes(missing=[Note("pay_unknown", N_("The position does not say what it pays: it counts half."))])
    if value == FULL:
        return Notes(matched=[Note("pay", N_("Pays what the trainee wishes to earn."))])
    return Notes(missing=[Note("low_pay", N_("Pays less than the trainee wishes to earn."))])


_WORDS: Final[Mapping[str, Wording]] = {
    "field": _field,
    "skills": _skills,
    "availability": _availability,
    "region": _region,
    "wished_field": _wished_field,
    "wished_region": _wished_region,
    "wished_kind": _wished_kind,
    "pay": _pay,
}


def notes(pair: Pair, view: View | None = None) -> Notes:
    """What matched and what is missing, over all components, or over those that count in a view.

    A position is not told what a trainee wishes to earn, or where they wish to work: that does not count for it.
    """
    counted = known_weights().views[view] if view else None
    found = [
        _WORDS[component.name](pair, int(component.value(pair.market, 0, 0)))
        for component in COMPONENTS
        if counted is None or counted.get(component.name)
    ]
    return Notes(
        matched=[note for each in found for note in each.matched],
        missing=[note for each in found for note in each.missing],
    )


def helps_most(pair: Pair, view: View) -> Help | None:
    """The skill that would add most to this pair's score, a must-have before others; None where none is missing or known."""
    held, weight = pair.candidate.skills, known_weights().views[view].get("skills", 0)
    demands = sorted(pair.opening.demands, key=lambda demand: demand.skill)
    if held is None or not demands:
        return None
    gains = [
        (demand.must, share - share * min(held.get(demand.skill, 0), demand.level) // demand.level, demand)
        for demand, share in zip(demands, _shares(demands), strict=True)
        if held.get(demand.skill, 0) < demand.level
    ]
    if not gains:
        return None
    _, gain, best = max(gains, key=lambda each: (each[0], each[1]))
    return Help(best.skill, best.level, round(weight * gain / FULL, 6))


def _shares(demands: Sequence[Demand]) -> list[int]:
    must = np.array([demand.must for demand in demands], dtype=np.int32)
    return [int(share) for share in shares_of(must, np.array([len(demands)], dtype=np.int32))]
