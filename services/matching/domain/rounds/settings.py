"""What a round is asked to do: whose optimum, which weights, how long lists may be, and what is kept for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self

from services.matching.domain.market.sides import CandidateSide
from services.matching.domain.market.weights import CURRENT, Weights, known_weights, weights
from services.matching.domain.rounds.quotas import Over, Rule, problems_of
from shared.errors import N_, FieldError, Invalid

LONGEST_LIST: Final = 200
DEFAULT_LIST: Final = 50
OTHERS: Final = "others"
MOST_GROUPS: Final = 20


class Optimal(StrEnum):
    """Of all stable outcomes there is one that every trainee likes best, and one that every employer likes best."""

    TRAINEES = "trainees"
    EMPLOYERS = "employers"


class Order(StrEnum):
    """How positions order those who did not get a place in a ranking of their own: by score, or by lot."""

    SCORE = "score"
    LOT = "lot"


class Division(StrEnum):
    """What divides trainees into groups for quotas: where they were trained, by whom, in what."""

    REGION = "region"
    UNIVERSITY = "university"
    PROGRAM = "program"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Quota:
    """What holds at every position for a group: `reserved` percent of the seats, rounded down, and `at_most` percent, rounded up.

    `values` are those of the division that make the group: for regions, beginnings of district codes.
    """

    group: str
    values: tuple[str, ...]
    reserved: int = 0
    at_most: int = 100


@dataclass(frozen=True, slots=True)
class RoundSettings:
    """One division at most: reserved seats and ceilings over two that overlap need not have any stable outcome.

    `rules` are quotas of the same groups over companies, fields or the whole round. `answer_days` is how long an offer of a
    place of the round waits for its answer.
    """

    seed: int
    optimal: Optimal = Optimal.TRAINEES
    weights: Weights = field(default_factory=known_weights)
    list_length: int = DEFAULT_LIST
    order: Order = Order.SCORE
    division: Division | None = None
    quotas: tuple[Quota, ...] = ()
    rules: tuple[Rule, ...] = ()
    reverts: bool = True
    answer_days: int | None = None

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """The quotas of every position, and those over more than one."""
        own = (Rule(quota.group, Over.POSITION, quota.reserved, quota.at_most) for quota in self.quotas)
        return (*own, *self.rules)

    def group_of(self, candidate: CandidateSide) -> int:
        """The place of a trainee's group among the quotas; the number of quotas for all others."""
        value = self.value(candidate)
        for place, quota in enumerate(self.quotas):
            if any(value.startswith(each) if self.division is Division.REGION else value == each for each in quota.values):
                return place
        return len(self.quotas)

    @property
    def groups(self) -> tuple[str, ...]:
        return (*(quota.group for quota in self.quotas), OTHERS)

    def value(self, candidate: CandidateSide) -> str:
        """What the division says of a trainee; of regions the first two digits, unless quotas name more."""
        match self.division:
            case Division.REGION:
                return (candidate.region or "") if self.quotas else (candidate.region or "")[:2]
            case Division.UNIVERSITY:
                return str(candidate.university_id)
            case Division.PROGRAM:
                return str(candidate.program_id)
            case Division.FIELD:
                return candidate.field
            case None:
                return ""

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "seed": self.seed,
            "optimal": self.optimal.value,
            "weights": {"id": self.weights.id, "views": {view.value: dict(by) for view, by in self.weights.views.items()}},
            "list_length": self.list_length,
            "order": self.order.value,
            "division": self.division.value if self.division else None,
            "quotas": [
                {"group": each.group, "values": list(each.values), "reserved": each.reserved, "at_most": each.at_most}
                for each in self.quotas
            ],
            "rules": [
                {"group": each.group, "over": each.over.value, "reserved": each.reserved, "at_most": each.at_most}
                for each in self.rules
            ],
            "reverts": self.reverts,
            "answer_days": self.answer_days,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """The same again. Raises Invalid for what cannot be used."""
        quotas = tuple(
            Quota(each["group"], tuple(each["values"]), each.get("reserved", 0), each.get("at_most", 100))
            for each in content.get("quotas", ())
        )
        rules = tuple(
            Rule(each["group"], Over(each["over"]), each.get("reserved", 0), each.get("at_most", 100))
            for each in content.get("rules", ())
        )
        division = content.get("division")
        _check(division, quotas, rules)
        return cls(
            seed=content["seed"],
            optimal=Optimal(content.get("optimal", Optimal.TRAINEES)),
            weights=_weights(content.get("weights")),
            list_length=content.get("list_length", DEFAULT_LIST),
            order=Order(content.get("order", Order.SCORE)),
            division=Division(division) if division else None,
            quotas=quotas,
            rules=rules,
            reverts=content.get("reverts", True),
            answer_days=content.get("answer_days"),
        )


def _weights(given: Any) -> Weights:
    if given is None:
        return known_weights(CURRENT)
    if isinstance(given, str):
        return known_weights(given)
    if "views" not in given or given["views"] is None:
        return known_weights(given["id"])
    return weights(given["id"], given["views"])


def _check(division: str | None, quotas: Sequence[Quota], rules: Sequence[Rule]) -> None:
    own = [Rule(quota.group, Over.POSITION, quota.reserved, quota.at_most) for quota in quotas]
    problems = problems_of([*own, *rules], [quota.group for quota in quotas]) if rules else []
    if bool(division) != bool(quotas):
        problems.append(FieldError("/division", "division_and_quotas", N_("A division needs quotas, and quotas a division.")))
    if sum(quota.reserved for quota in quotas) > 100:
        problems.append(FieldError("/quotas", "too_much_reserved", N_("More than all seats are reserved.")))
    if any(quota.reserved > quota.at_most for quota in quotas):
        problems.append(FieldError("/quotas", "reserved_above_ceiling", N_("More is reserved for a group than it may get.")))
    names = [quota.group for quota in quotas]
    values = [value for quota in quotas for value in quota.values]
    if len(set(names)) < len(names) or OTHERS in names or len(set(values)) < len(values) or _overlap(division, values):
        problems.append(FieldError("/quotas", "groups_overlap", N_("Each group is named once, and groups do not overlap.")))
    if problems:
        raise Invalid(*problems)


def _overlap(division: str | None, values: Sequence[str]) -> bool:
    if division != Division.REGION:
        return False
    return any(one != other and one.startswith(other) for one in values for other in values)


NO_QUOTAS: Final[Mapping[str, Any]] = MappingProxyType({"division": None, "quotas": [], "rules": []})
