"""The score: a weighted sum of named components in [0, 1], each of which can say what matched and what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from services.matching.domain.recommendations.fields import related
from services.matching.domain.recommendations.pairs import HORIZON, Pair
from shared.errors import N_

UNKNOWN_COUNTS: Final = 0.5
"""What is not known counts half: neither proof of a match nor of its absence."""
RELATED_FIELD: Final = 0.5
NEIGHBOUR_REGION: Final = 0.7
DIGITS: Final = 4
_ONE_REGION: Final = frozenset({"27", "47"})
"""Daegu and Gyeongbuk (first two digits of the legal-district code): one programme, one labour market."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A weight per component, together 1, and the id under which they are known."""

    id: str
    by_component: Mapping[str, float]


WEIGHTS: Final = Weights("2026-1", MappingProxyType({"field": 0.40, "skills": 0.25, "availability": 0.20, "region": 0.15}))


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
class Component:
    """`value` gives [0, 1], or None for what is not known; `notes` puts a pair's value into words."""

    name: str
    value: Callable[[Pair], float | None]
    notes: Callable[[Pair], Notes]


@dataclass(frozen=True, slots=True)
class Part:
    """A component of one pair's score. `value` None was counted as `counted`."""

    name: str
    value: float | None
    counted: float
    weight: float


def _field(pair: Pair) -> float | None:
    if pair.candidate.field == pair.opening.field:
        return 1.0
    return RELATED_FIELD if related(pair.candidate.field, pair.opening.field) else 0.0


def _field_notes(pair: Pair) -> Notes:
    value = _field(pair)
    if value == 1.0:
        return Notes(matched=[Note("same_field", N_("Trained in the position's field."))])
    if value == RELATED_FIELD:
        return Notes(matched=[Note("related_field", N_("Trained in a field close to the position's."))])
    return Notes(missing=[Note("other_field", N_("Trained in another field."))])


def _skills(pair: Pair) -> float | None:
    wanted = set(pair.opening.skills)
    if not wanted:
        return 1.0
    if pair.candidate.skills is None:
        return None
    return len(wanted & pair.candidate.skills) / len(wanted)


def _skills_notes(pair: Pair) -> Notes:
    wanted, known = sorted(set(pair.opening.skills)), pair.candidate.skills
    if not wanted:
        return Notes(matched=[Note("no_skill_demanded", N_("The position demands no particular skill."))])
    if known is None:
        return Notes(missing=[Note("skills_unknown", N_("The trainee's skills are not known: they count half."))])
    return Notes(
        matched=[Note("skill", N_("Has the skill {skill}."), {"skill": skill}) for skill in wanted if skill in known],
        missing=[Note("skill", N_("Lacks the skill {skill}."), {"skill": skill}) for skill in wanted if skill not in known],
    )


def _availability(pair: Pair) -> float | None:
    if pair.available_from is None:
        return None
    late = pair.available_from - max(pair.on, pair.opening.opens_on)
    return min(1.0, max(0.0, 1.0 - late / HORIZON))


def _availability_notes(pair: Pair) -> Notes:
    value, day = _availability(pair), pair.available_from
    if value is None or day is None:
        return Notes(missing=[Note("availability_unknown", N_("It is not known when the trainee is available: it counts half."))])
    if value == 1.0:
        return Notes(matched=[Note("available", N_("Available at once."))])
    return Notes(missing=[Note("available_later", N_("Available only from {day} on."), {"day": day.isoformat()})])


def _region(pair: Pair) -> float | None:
    if pair.candidate.region is None:
        return None
    home, work = pair.candidate.region[:2], pair.opening.region[:2]
    if home == work:
        return 1.0
    return NEIGHBOUR_REGION if {home, work} <= _ONE_REGION else 0.0


def _region_notes(pair: Pair) -> Notes:
    value = _region(pair)
    if value is None:
        return Notes(missing=[Note("region_unknown", N_("The trainee's region is not known: it counts half."))])
    if value == 1.0:
        return Notes(matched=[Note("same_region", N_("Trained in the region of the workplace."))])
    if value == NEIGHBOUR_REGION:
        return Notes(matched=[Note("neighbour_region", N_("Trained in the neighbouring region."))])
    return Notes(missing=[Note("other_region", N_("The workplace is in another region."))])


COMPONENTS: Final[Sequence[Component]] = (
    Component("field", _field, _field_notes),
    Component("skills", _skills, _skills_notes),
    Component("availability", _availability, _availability_notes),
    Component("region", _region, _region_notes),
)


def parts(pair: Pair, weights: Weights = WEIGHTS) -> tuple[Part, ...]:
    """The components of a pair's score, in the order of COMPONENTS."""
    values = [(component.name, component.value(pair)) for component in COMPONENTS]
    return tuple(
        Part(name, value, UNKNOWN_COUNTS if value is None else value, weights.by_component[name]) for name, value in values
    )


def total(pair: Pair, weights: Weights = WEIGHTS) -> float:
    """The score in [0, 1]: the sum of its `parts`, rounded to four digits so that what is shown is what was compared."""
    score = 0.0
    for component in COMPONENTS:
        value = component.value(pair)
        score += weights.by_component[component.name] * (UNKNOWN_COUNTS if value is None else value)
    return round(score, DIGITS)


def notes(pair: Pair) -> Notes:
    """What matched and what is missing, over all components."""
    found = [component.notes(pair) for component in COMPONENTS]
    return Notes(
        matched=[note for each in found for note in each.matched],
        missing=[note for each in found for note in each.missing],
    )
