"""The proof that is stored with a round. It knows the outcome only by ids, and shares nothing with the solver but the rules.

Stable: no trainee and no position would both rather have each other than what they got (Gale and Shapley, 1962; Roth, 1984),
where a position's reserved seats and ceilings say whom it would take.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

NOT_THERE: Final = 1 << 40
ANYBODY: Final = 1 << 41


@dataclass(slots=True)
class Claim:
    """An outcome as anybody may check it.

    `wishes` are each person's acceptable positions, the most wanted first; `standings` say, per position, how high each of
    those persons stands there (0 best). `broken` names the rules that a pair breaks.
    """

    placed: Mapping[UUID, UUID]
    wishes: Mapping[UUID, Sequence[UUID]]
    standings: Mapping[UUID, Mapping[UUID, int]]
    seats: Mapping[UUID, int]
    group: Mapping[UUID, str]
    reserved: Mapping[UUID, Mapping[str, int]] = field(default_factory=dict)
    ceilings: Mapping[UUID, Mapping[str, int]] = field(default_factory=dict)
    reverts: bool = True
    broken: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    quotas: Sequence["WideQuota"] = ()


@dataclass(frozen=True, slots=True)
class WideQuota:
    """A quota over several positions: `unit` says of which each is a part, such as its company. Percent of a unit's seats."""

    group: str
    reserved: int
    at_most: int
    unit: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked and what was found against it. Each list names at most `SHOWN` of its kind; the counts are whole."""

    pairs_checked: int
    blocking: Sequence[tuple[UUID, UUID]]
    over_capacity: Sequence[UUID]
    over_ceiling: Sequence[UUID]
    reserved_passed_over: Sequence[UUID]
    against_a_rule: Sequence[UUID]
    not_acceptable: Sequence[UUID]
    over_wide_quota: Sequence[str] = ()
    wide_reserve_too_small: Sequence[str] = ()

    @property
    def holds(self) -> bool:
        return not any(
            (
                self.blocking,
                self.over_capacity,
                self.over_ceiling,
                self.reserved_passed_over,
                self.against_a_rule,
                self.not_acceptable,
                self.over_wide_quota,
                self.wide_reserve_too_small,
            )
        )


def verify(claim: Claim) -> Verification:
    """Check an outcome pair by pair."""
    members: dict[UUID, list[UUID]] = defaultdict(list)
    for person, position in claim.placed.items():
        members[position].append(person)
    checked, blocking = _blocking_pairs(claim, members)
    return Verification(
        pairs_checked=checked,
        blocking=blocking,
        over_capacity=[position for position, persons in members.items() if len(persons) > claim.seats.get(position, 0)],
        over_ceiling=[position for position, persons in members.items() if _over_ceiling(claim, position, persons)],
        reserved_passed_over=[position for position, persons in members.items() if _eats_reserve(claim, position, persons)],
        against_a_rule=[person for person, rules in claim.broken.items() if rules],
        not_acceptable=[person for person, position in claim.placed.items() if person not in claim.standings.get(position, ())],
        over_wide_quota=[name for quota in claim.quotas for name in _over_wide(claim, quota)],
        wide_reserve_too_small=[name for quota in claim.quotas for name in _too_little_kept(claim, quota)],
    )


def _blocking_pairs(claim: Claim, members: Mapping[UUID, list[UUID]]) -> tuple[int, list[tuple[UUID, UUID]]]:
    checked, blocking = 0, []
    last = {} if claim.reserved or claim.ceilings else _last_taken(claim, members)
    for person, wishes in claim.wishes.items():
        mine = claim.placed.get(person)
        for position in wishes:
            if position == mine:
                break
            checked += 1
            if last and _standing(claim, position, person) > last.get(position, ANYBODY):
                continue
            if _would_take(claim, position, person, members.get(position, [])):
                blocking.append((person, position))
    return checked, blocking


def _standing(claim: Claim, position: UUID, person: UUID) -> int:
    """How high a person stands at a position: below everybody where they may not be there at all."""
    return claim.standings.get(position, {}).get(person, NOT_THERE)


def _last_taken(claim: Claim, members: Mapping[UUID, list[UUID]]) -> dict[UUID, int]:
    """Per position whose seats are all taken, how high the last of those stands who got one; nobody below is wanted."""
    full = {position: persons for position, persons in members.items() if len(persons) >= claim.seats.get(position, 0)}
    return {position: max(_standing(claim, position, person) for person in persons) for position, persons in full.items()}


def _would_take(claim: Claim, position: UUID, person: UUID, persons: Sequence[UUID]) -> bool:
    """Whether a position that has `persons` would take one more, by letting the last go whom it wants least."""
    standing = claim.standings.get(position, {})
    seats, mine = claim.seats.get(position, 0), claim.group[person]
    if person not in standing or seats == 0:
        return False
    ceiling = claim.ceilings.get(position, {}).get(mine)
    if ceiling is not None:
        like = sorted(_standing(claim, position, other) for other in persons if claim.group[other] == mine)
        if len(like) >= ceiling:
            return ceiling > 0 and standing[person] < like[-1]
    reserved = claim.reserved.get(position, {})
    if not reserved:
        return len(persons) < seats or any(standing[person] < _standing(claim, position, other) for other in persons)
    return person in _kept(claim, position, [*persons, person])


def _kept(claim: Claim, position: UUID, persons: Sequence[UUID]) -> set[UUID]:
    """Whom a position with reserved seats keeps of `persons`: first each group's best, then the best of the rest."""
    by_standing = sorted(persons, key=lambda person: _standing(claim, position, person))
    reserved = claim.reserved.get(position, {})
    left, kept = dict(reserved), set()
    for person in by_standing:
        if left.get(claim.group[person], 0) > 0:
            left[claim.group[person]] -= 1
            kept.add(person)
    room = claim.seats.get(position, 0) - (len(kept) if claim.reverts else sum(reserved.values()))
    rest = [person for person in by_standing if person not in kept]
    return kept | set(rest[: max(0, room)])


def _over_ceiling(claim: Claim, position: UUID, persons: Sequence[UUID]) -> bool:
    ceilings = claim.ceilings.get(position, {})
    counted = Counter(claim.group[person] for person in persons)
    return any(counted[group] > most for group, most in ceilings.items())


def _eats_reserve(claim: Claim, position: UUID, persons: Sequence[UUID]) -> bool:
    """Whether more than the open seats are held by others while reserved ones may not revert."""
    reserved = claim.reserved.get(position, {})
    if claim.reverts or not reserved:
        return False
    counted = Counter(claim.group[person] for person in persons)
    beyond = sum(max(0, count - reserved.get(group, 0)) for group, count in counted.items())
    return beyond > claim.seats.get(position, 0) - sum(reserved.values())


def _over_wide(claim: Claim, quota: WideQuota) -> list[str]:
    """The units in which more of the group got a place than its share of the seats, rounded up."""
    seats: Counter[str] = Counter()
    for position, unit in quota.unit.items():
        seats[unit] += claim.seats.get(position, 0)
    placed = Counter(quota.unit[position] for person, position in claim.placed.items() if claim.group[person] == quota.group)
    return [f"{quota.group} {unit}".strip() for unit, count in placed.items() if count * 100 >= seats[unit] * quota.at_most + 100]


def _too_little_kept(claim: Claim, quota: WideQuota) -> list[str]:
    """The units whose positions together reserve less for the group than its share of the seats, rounded down."""
    seats: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for position, unit in quota.unit.items():
        seats[unit] += claim.seats.get(position, 0)
        kept[unit] += claim.reserved.get(position, {}).get(quota.group, 0)
    return [f"{quota.group} {unit}".strip() for unit in seats if kept[unit] * 100 <= seats[unit] * quota.reserved - 100]
