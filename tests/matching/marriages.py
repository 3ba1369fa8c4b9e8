"""Small markets given by who wants whom, and an oracle that tries every outcome there could be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np

from services.matching.domain.market.acceptance import NOBODY, Lists, Seats
from services.matching.domain.rounds.settings import Optimal
from services.matching.domain.rounds.solving import accept

Outcome = tuple[int | None, ...]


@dataclass
class Small:
    """`wishes` per trainee and `orders` per position, the most wanted first; `group`, `reserved`, `ceiling` per group."""

    wishes: Sequence[Sequence[int]]
    orders: Sequence[Sequence[int]]
    seats: Sequence[int]
    group: Sequence[int] = ()
    reserved: Sequence[Sequence[int]] = ()
    ceiling: Sequence[Sequence[int]] = ()
    reverts: bool = True
    groups: int = 1
    _standing: list[Mapping[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.group = self.group or [0] * len(self.wishes)
        self.reserved = self.reserved or [[0] * self.groups for _ in self.seats]
        self.ceiling = self.ceiling or [[99] * self.groups for _ in self.seats]
        self._standing = [{trainee: place for place, trainee in enumerate(order)} for order in self.orders]

    def lists_of(self, trainee: int) -> list[int]:
        """The positions that a trainee wants and that would have them."""
        return [position for position in self.wishes[trainee] if trainee in self._standing[position]]

    def solved(self, optimal: Optimal = Optimal.TRAINEES) -> Outcome:
        """What the product makes of it."""
        entries = [(trainee, position) for trainee in range(len(self.wishes)) for position in self.lists_of(trainee)]
        trainees, positions = (np.array([each[side] for each in entries], np.int32) for side in (0, 1))
        standing = [self._standing[position][trainee] for trainee, position in entries]
        order = np.lexsort((np.array(standing, np.int32), positions)).astype(np.int32)
        ranks = np.empty(len(entries), np.int32)
        ranks[order] = np.arange(len(entries), dtype=np.int32)
        lists = Lists(
            entry_from=np.searchsorted(trainees, np.arange(len(self.wishes) + 1)).astype(np.int32),
            entry_trainee=trainees,
            entry_position=positions,
            standing=ranks,
            position_from=np.searchsorted(positions[order], np.arange(len(self.seats) + 1)).astype(np.int32),
            by_position=order,
        )
        seats = Seats(
            seat_from=np.concatenate(([0], np.cumsum(self.seats))).astype(np.int32),
            group=np.array(self.group, np.int32),
            reserved=np.array(self.reserved, np.int32).reshape(len(self.seats), -1),
            ceiling=np.array(self.ceiling, np.int32).reshape(len(self.seats), -1),
            reverts=int(self.reverts),
        )
        held = accept(lists, seats, optimal)
        return tuple(None if entry == NOBODY else entries[entry][1] for entry in held.tolist())

    def choice(self, position: int, persons: Sequence[int]) -> frozenset[int]:
        """Whom a position takes of these, found by looking at every group of them that it may take.

        It fills what is reserved as far as it can, then as many seats as it can, then prefers the best.
        """
        able = [each for each in persons if each in self._standing[position]]
        best = max(
            (taken for size in range(len(able) + 1) for taken in combinations(able, size) if self._may_take(position, taken)),
            key=lambda taken: (
                sum(min(count, kept) for count, kept in zip(self._counts(taken), self.reserved[position], strict=True)),
                len(taken),
                sorted((-self._standing[position][each] for each in taken), reverse=True),
            ),
        )
        return frozenset(best)

    def _may_take(self, position: int, taken: Sequence[int]) -> bool:
        counts, seats = self._counts(taken), self.seats[position]
        reserved = self.reserved[position]
        if not self.reverts:
            beyond = sum(max(0, count - kept) for count, kept in zip(counts, reserved, strict=True))
            if beyond > seats - sum(reserved):
                return False
        return len(taken) <= seats and all(count <= most for count, most in zip(counts, self.ceiling[position], strict=True))

    def _counts(self, taken: Sequence[int]) -> list[int]:
        return [sum(self.group[each] == group for each in taken) for group in range(self.groups)]

    def outcomes(self) -> Iterator[Outcome]:
        """Every way to give each trainee one of their positions, or none."""
        yield from product(*([None, *self.lists_of(trainee)] for trainee in range(len(self.wishes))))

    def is_stable(self, outcome: Outcome) -> bool:
        """Nobody has what they do not want, every position would take again whom it has, and no two would rather each other."""
        members = [[each for each, got in enumerate(outcome) if got == position] for position in range(len(self.seats))]
        if any(self.choice(position, persons) != set(persons) for position, persons in enumerate(members)):
            return False
        return not any(
            trainee in self.choice(position, [*members[position], trainee])
            for trainee, got in enumerate(outcome)
            for position in self.better(trainee, got)
        )

    def better(self, trainee: int, got: int | None) -> list[int]:
        """The positions that a trainee wants more than what they got."""
        mine = self.lists_of(trainee)
        return mine if got is None else mine[: mine.index(got)]

    def rank(self, trainee: int, got: int | None) -> int:
        return len(self.better(trainee, got))
