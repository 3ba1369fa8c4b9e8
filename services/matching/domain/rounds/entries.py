"""Who would have whom: each trainee's list, generated or handed in, and each position's order of those who listed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.matching.domain.market.acceptance import Lists
from services.matching.domain.market.columns import Column, Market
from services.matching.domain.market.engine import engine, shared
from services.matching.domain.market.layout import lay_out
from services.matching.domain.market.points import broken_by, points_of, position_points
from services.matching.domain.market.rules import RULES
from services.matching.domain.market.search import LOWEST_LOT, Keys, scratch_for
from services.matching.domain.market.weights import View
from services.matching.domain.numbers import NDArray, np
from services.matching.domain.rounds.problem import Ignored, Problem
from services.matching.domain.rounds.settings import Order, RoundSettings

_LOT: Final = 0xFFFFFFFF
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The lots of both sides, and the person of each row."""

    persons: Sequence[UUID]
    person_of: Column
    person_lot: Column
    position_lot: Column


@dataclass(slots=True)
class Entries:
    """Acceptable pairs, by person and, the most wanted first, by wish. `key` orders them: the higher the more wanted."""

    person: Column
    row: Column
    position: Column
    key: Keys


def generated(market: Market, drawn: Drawn, settings: RoundSettings, *, block: int = 256, threads: int | None = None) -> Entries:
    """The best positions of every person, as long a list as the round allows."""
    nobody = np.zeros(0, np.int32)
    if not market.positions or not market.trainees:
        return Entries(nobody, nobody, nobody, np.zeros(0, np.int64))
    weights = settings.weights.column(View.TRAINEE)
    able = [place for place in range(market.positions) if position_points(market, weights, 0, place) == 0]
    layout = lay_out(market, drawn.position_lot, weights, standing=np.array(able, dtype=np.int32))
    keys = np.zeros((market.trainees, settings.list_length), dtype=np.int64)

    def part(first: int, last: int) -> None:
        engine().best_positions(market, layout, weights, scratch_for(layout), first, last, keys)

    if able:
        shared(part, market.trainees, block=block, threads=threads)
    found, place = np.nonzero(keys)
    key = keys[found, place]
    position = layout.by_rank[LOWEST_LOT - (key & _LOT)] if able else nobody
    row = found.astype(np.int32)
    return _best_of_each(Entries(drawn.person_of[row], row, position, key), settings.list_length)


def _best_of_each(entries: Entries, length: int) -> Entries:
    """One entry per person and position, where somebody has several enrolments, and no more than `length` per person."""
    persons = entries.person
    if len(np.unique(entries.row)) == len(np.unique(persons)):
        return entries
    order = np.lexsort((entries.row, -entries.key, entries.position, persons))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(persons[order]) != 0) | (np.diff(entries.position[order]) != 0)
    return _cut(_chosen(entries, order[first]), length)


def _cut(entries: Entries, length: int) -> Entries:
    ordered = in_wish_order(entries)
    starts = np.searchsorted(ordered.person, ordered.person)
    return _chosen(ordered, np.flatnonzero(np.arange(len(starts)) - starts < length))


def in_wish_order(entries: Entries) -> Entries:
    return _chosen(entries, np.lexsort((entries.row, -entries.key, entries.person)))


def _chosen(entries: Entries, places: NDArray[np.intp]) -> Entries:
    return Entries(entries.person[places], entries.row[places], entries.position[places], entries.key[places])


def with_rankings(
    entries: Entries, market: Market, problem: Problem, drawn: Drawn, settings: RoundSettings
) -> tuple[Entries, list[Ignored]]:
    """The lists with what people ranked: a ranking replaces what was generated, on either side. What cannot count is told."""
    if not problem.by_trainee and not problem.by_position:
        return entries, []
    book = _Book(market, problem, drawn, settings)
    own = book.of_trainees()
    ranked = np.array([person in problem.by_trainee for person in drawn.persons], dtype=bool)
    entries = _chosen(entries, np.flatnonzero(~ranked[entries.person]))
    merged = in_wish_order(_joined(entries, own))
    merged = _joined(merged, book.of_positions(merged, ranked))
    return in_wish_order(_chosen(merged, np.flatnonzero(book.wanted_by_position(merged)))), book.ignored


def _joined(entries: Entries, more: Iterable[tuple[int, int, int, int]]) -> Entries:
    added = np.array(list(more), dtype=np.int64).reshape(-1, 4)
    return Entries(
        np.concatenate((entries.person, added[:, 0])).astype(np.int32),
        np.concatenate((entries.row, added[:, 1])).astype(np.int32),
        np.concatenate((entries.position, added[:, 2])).astype(np.int32),
        np.concatenate((entries.key, added[:, 3])),
    )


class _Book:
    """Looks up ids in rankings."""

    def __init__(self, market: Market, problem: Problem, drawn: Drawn, settings: RoundSettings) -> None:
        self.market, self.problem, self.drawn = market, problem, drawn
        self.weights = settings.weights.column(View.TRAINEE)
        self.person = {person: place for place, person in enumerate(drawn.persons)}
        self.position = {each.position_id: place for place, each in enumerate(problem.openings)}
        self.rows: dict[int, list[int]] = defaultdict(list)
        for row, person in enumerate(drawn.person_of.tolist()):
            self.rows[person].append(row)
        self.ignored: list[Ignored] = []

    def of_trainees(self) -> Iterable[tuple[int, int, int, int]]:
        for person_id, ranking in sorted(self.problem.by_trainee.items()):
            for wish, position_id in enumerate(dict.fromkeys(ranking)):
                found = self._acceptable(person_id, position_id, by="trainee")
                if found is not None:
                    yield found[0], found[1], found[2], len(ranking) - wish

    def of_positions(self, entries: Entries, ranked: NDArray[np.bool_]) -> Iterable[tuple[int, int, int, int]]:
        """Whom a position ranked and whose list was generated without it: a machine's list is no refusal."""
        listed = set(zip(entries.person.tolist(), entries.position.tolist(), strict=True))
        for position_id, ranking in sorted(self.problem.by_position.items()):
            for person_id in dict.fromkeys(ranking):
                found = self._acceptable(person_id, position_id, by="position")
                if found is not None and not ranked[found[0]] and (found[0], found[2]) not in listed:
                    yield found

    def wanted_by_position(self, entries: Entries) -> NDArray[np.bool_]:
        """Whether the position of each entry ranked its person, or nobody at all."""
        wanted = np.ones(len(entries.person), dtype=bool)
        for position_id, ranking in self.problem.by_position.items():
            persons = [self.person[each] for each in ranking if each in self.person]
            there = entries.position == self.position.get(position_id, -1)
            wanted[there] = np.isin(entries.person[there], persons)
        return wanted

    def _acceptable(self, person_id: UUID, position_id: UUID, *, by: str) -> tuple[int, int, int, int] | None:
        person, position = self.person.get(person_id), self.position.get(position_id)
        if person is None or position is None:
            self.ignored.append(Ignored(person_id, position_id, by, UNKNOWN))
            return None
        points, row = max((int(points_of(self.market, self.weights, row, position)), -row) for row in self.rows[person])
        if points < 0:
            mask = int(broken_by(self.market, -row, position))
            rule = next(rule.name for bit, rule in enumerate(RULES) if mask >> bit & 1)
            self.ignored.append(Ignored(person_id, position_id, by, rule))
            return None
        return person, -row, position, (points << 32) + LOWEST_LOT - int(self.drawn.position_lot[position])


def lists_of(entries: Entries, market: Market, problem: Problem, drawn: Drawn, settings: RoundSettings) -> tuple[Lists, Column]:
    """Both sides' orders, and each entry's score in the position's eyes."""
    points = np.zeros(len(entries.person), dtype=np.int32)
    weights = settings.weights.column(View.POSITION)

    def part(first: int, last: int) -> None:
        engine().score_pairs(market, weights, entries.row, entries.position, first, last, points)

    shared(part, len(points), block=65536)
    preference = np.zeros(len(points), dtype=np.int64) if settings.order is Order.LOT else -points.astype(np.int64)
    _rank_explicitly(preference, entries, problem, drawn)
    order = np.lexsort((drawn.person_lot[entries.person], preference, entries.position)).astype(np.int32)
    standing = np.empty(len(order), dtype=np.int32)
    standing[order] = np.arange(len(order), dtype=np.int32)
    bounds = np.arange(market.positions + 1)
    lists = Lists(
        entry_from=np.searchsorted(entries.person, np.arange(len(drawn.persons) + 1)).astype(np.int32),
        entry_trainee=entries.person,
        entry_position=entries.position,
        standing=standing,
        position_from=np.searchsorted(entries.position[order], bounds).astype(np.int32),
        by_position=order,
    )
    return lists, points


def _rank_explicitly(preference: Keys, entries: Entries, problem: Problem, drawn: Drawn) -> None:
    if not problem.by_position:
        return
    position: Mapping[UUID, int] = {each.position_id: place for place, each in enumerate(problem.openings)}
    person = {person: place for place, person in enumerate(drawn.persons)}
    for position_id, ranking in problem.by_position.items():
        rank = {person[each]: place for place, each in enumerate(dict.fromkeys(ranking)) if each in person}
        for entry in np.flatnonzero(entries.position == position.get(position_id, -1)).tolist():
            preference[entry] = rank[int(entries.person[entry])]
