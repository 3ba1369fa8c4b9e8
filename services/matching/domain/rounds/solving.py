"""A round's outcome: lists, deferred acceptance, and what came out, the same for the same input and seed on every machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.matching.domain.market.acceptance import NOBODY, Lists, Seats, room_for
from services.matching.domain.market.columns import Column, Market
from services.matching.domain.market.encoding import encode
from services.matching.domain.market.engine import engine
from services.matching.domain.numbers import np
from services.matching.domain.rounds.entries import Drawn, Entries, generated, lists_of, with_rankings
from services.matching.domain.rounds.lots import lots
from services.matching.domain.rounds.problem import Ignored, Problem
from services.matching.domain.rounds.quotas import share_out
from services.matching.domain.rounds.settings import Optimal, RoundSettings

Progress = Callable[[int], None]
_ANY: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out. `held` is each person's entry, NOBODY for none; `points` are scores in the position's eyes."""

    problem: Problem
    settings: RoundSettings
    market: Market
    drawn: Drawn
    entries: Entries
    points: Column
    lists: Lists
    seats: Seats
    held: Column
    ignored: tuple[Ignored, ...]

    def rank(self, entry: int) -> int:
        """Which wish of the trainee's an entry is, from 1."""
        return entry - int(self.lists.entry_from[self.lists.entry_trainee[entry]]) + 1


def _silent(percent: int) -> None: ...


def solve(
    problem: Problem, settings: RoundSettings, *, progress: Progress = _silent, block: int = 256, threads: int | None = None
) -> Outcome:
    """Match the two sides. Neither the order of the input nor `block` and `threads` change anything."""
    problem = problem.in_order()
    market = encode(problem.candidates, problem.openings, on=problem.on, met=problem.met)
    progress(20)
    drawn = _drawn(problem, settings)
    entries = generated(market, drawn, settings, block=block, threads=threads)
    progress(60)
    entries, ignored = with_rankings(entries, market, problem, drawn, settings)
    lists, points = lists_of(entries, market, problem, drawn, settings)
    seats = seats_of(problem, market, drawn, settings)
    held = accept(lists, seats, settings.optimal)
    progress(70)
    return Outcome(problem, settings, market, drawn, entries, points, lists, seats, held, tuple(ignored))


def accept(lists: Lists, seats: Seats, optimal: Optimal) -> Column:
    """Each trainee's entry, NOBODY for none, in the stable outcome that is best for this side."""
    held = np.full(len(lists.entry_from) - 1, NOBODY, dtype=np.int32)
    loop = engine().trainees_propose if optimal is Optimal.TRAINEES else engine().positions_propose
    loop(lists, seats, room_for(lists, seats), held)
    return held


def seats_of(problem: Problem, market: Market, drawn: Drawn, settings: RoundSettings) -> Seats:
    """The free seats of each position, and what is reserved of them for which group."""
    free = market.column("p_free").astype(np.int64)
    first = np.full(len(drawn.persons), -1, dtype=np.int32)
    for row, person in enumerate(drawn.person_of.tolist()):
        if first[person] < 0:
            first[person] = settings.group_of(problem.candidates[row])
    groups = [quota.group for quota in settings.quotas]
    shares = share_out(settings.all_rules, groups, problem.openings, free, drawn.position_lot)
    return Seats(
        seat_from=np.concatenate(([0], np.cumsum(free))).astype(np.int32),
        group=first,
        reserved=np.column_stack((shares.reserved, np.zeros_like(free))).astype(np.int32),
        ceiling=np.column_stack((shares.ceiling, np.full_like(free, _ANY))).astype(np.int32),
        reverts=int(settings.reverts),
    )


def _drawn(problem: Problem, settings: RoundSettings) -> Drawn:
    persons = list(dict.fromkeys(each.person_id for each in problem.candidates))
    place = {person: index for index, person in enumerate(persons)}
    return Drawn(
        persons=persons,
        person_of=np.fromiter((place[each.person_id] for each in problem.candidates), dtype=np.int32),
        person_lot=lots(persons, seed=settings.seed, side=0),
        position_lot=lots([each.position_id for each in problem.openings], seed=settings.seed, side=1),
    )
