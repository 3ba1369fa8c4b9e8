"""Both sides of the market as columns that are kept: what changed is encoded anew and put in its place, the rest stays.

A pool is never changed: changing it gives another one, and whoever still computes with the old one may finish.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self, TypeVar
from uuid import UUID

from services.matching.domain.market.columns import Column, Market
from services.matching.domain.market.encoding import (
    Wish,
    bounds_of,
    closeness,
    on_day,
    position_columns,
    trainee_columns,
    wishes_of,
)
from services.matching.domain.market.sides import CandidateSide, OpeningSide
from services.matching.domain.market.words import Words
from services.matching.domain.numbers import NDArray, np

T = TypeVar("T")
_LAST: Final = 1 << 128
_TRAINEES: Final = ("trainee", "wished_field", "wished_region")
_HELD: Final = ("held_skill", "held_level")
_ASKED: Final = ("asked_skill", "asked_level", "asked_must", "asked_share")


@dataclass(frozen=True, slots=True)
class Pool:
    """`trainees` are (person, enrolment) of each row and `positions` the position of each, as numbers, in order; `halves` the
    persons as two numbers each.

    Nobody has met anybody in `market`: who asks for one trainee or one position adds that.
    """

    market: Market
    words: Words
    trainees: Sequence[tuple[int, int]]
    positions: Sequence[int]
    halves: NDArray[np.uint64]
    wished_fields: Sequence[Wish]
    wished_regions: Sequence[Wish]

    @classmethod
    def of(cls, candidates: Sequence[CandidateSide], openings: Sequence[OpeningSide], *, on: date) -> Self:
        """A pool of these two sides."""
        nothing = cls(_empty(on), Words({}, {}, {}, {}), [], [], np.zeros((0, 2), np.uint64), [], [])
        return nothing.with_trainees((), candidates).with_positions((), openings)

    def on_day(self, on: date) -> Self:
        """The same on another day. Who is parked is the caller's to bring up to date."""
        market = self.market
        return replace(self, market=market._replace(on=on.toordinal(), position=on_day(market.position, on.toordinal())))

    def rows_of(self, person_id: UUID) -> range:
        """The rows of a person: one per enrolment."""
        key = person_id.int
        return range(bisect_left(self.trainees, (key, 0)), bisect_left(self.trainees, (key, _LAST)))

    def place_of(self, position_id: UUID) -> int | None:
        """Where a position stands."""
        place = bisect_left(self.positions, position_id.int)
        return place if place < len(self.positions) and self.positions[place] == position_id.int else None

    def having_met_positions(self, rows: Sequence[int], positions: Sequence[UUID]) -> Market:
        """The market in which the trainee of these rows has met these positions."""
        places = np.array(sorted({place for place in map(self.place_of, positions) if place is not None}), dtype=np.int32)
        counts = np.zeros(len(self.trainees), np.int32)
        counts[list(rows)] = len(places)
        return self.market._replace(met_from=bounds_of(counts), met_position=np.tile(places, len(rows)))

    def having_met_persons(self, place: int, persons: Sequence[UUID]) -> Market:
        """The market in which these persons have met the position that stands there."""
        counts = np.zeros(len(self.trainees), np.int32)
        counts[[row for person in persons for row in self.rows_of(person)]] = 1
        return self.market._replace(met_from=bounds_of(counts), met_position=np.full(int(counts.sum()), place, np.int32))

    def persons(self) -> Column:
        """A number for each row, the same for rows of one person."""
        return bounds_of(np.any(self.halves[1:] != self.halves[:-1], axis=1)) if len(self.halves) else np.zeros(0, np.int32)

    def with_trainees(self, persons: Collection[UUID], candidates: Sequence[CandidateSide]) -> Self:
        """The same with `candidates` in the place of whatever there is of `persons`."""
        pool = self._knowing(candidates, ())
        gone = sorted({row for person in persons for row in pool.rows_of(person)})
        fresh = sorted(candidates, key=lambda each: (each.person_id.int, each.enrolment_id.int))
        keys = [(each.person_id.int, each.enrolment_id.int) for each in fresh]
        kept = _without(pool.trainees, gone)
        at = [bisect_left(kept, key) for key in keys]
        new = trainee_columns(fresh, pool.words)
        market = pool.market
        tables: dict[str, Any] = {name: _spliced(getattr(market, name), gone, at, new[name]) for name in _TRAINEES}
        lists = _spliced_lists(market, "held_from", _HELD, gone, at, new)
        return replace(
            pool,
            market=market._replace(**tables, **lists, met_from=np.zeros(len(kept) + len(fresh) + 1, np.int32)),
            trainees=_inserted(kept, at, keys),
            halves=_spliced(pool.halves, gone, at, _halves(keys)),
            wished_fields=_inserted(_without(pool.wished_fields, gone), at, [each.fields for each in fresh]),
            wished_regions=_inserted(_without(pool.wished_regions, gone), at, [each.regions for each in fresh]),
        )

    def with_positions(self, positions: Collection[UUID], openings: Sequence[OpeningSide]) -> Self:
        """The same with `openings` in the place of whatever there is of `positions`."""
        pool = self._knowing((), openings)
        gone = sorted({place for place in map(pool.place_of, positions) if place is not None})
        fresh = sorted(openings, key=lambda each: each.position_id.int)
        keys = [each.position_id.int for each in fresh]
        kept = _without(pool.positions, gone)
        at = [bisect_right(kept, key) for key in keys]
        new = position_columns(fresh, pool.words, on=date.fromordinal(pool.market.on))
        lists = _spliced_lists(pool.market, "asked_from", _ASKED, gone, at, new)
        position = _spliced(pool.market.position, gone, at, new["position"])
        return replace(pool, market=pool.market._replace(position=position, **lists), positions=_inserted(kept, at, keys))

    def _knowing(self, candidates: Sequence[CandidateSide], openings: Sequence[OpeningSide]) -> Self:
        """The same with codes for all words of these."""
        words = self.words.with_those_of(candidates, openings)
        if words is self.words:
            return self
        market = self.market._replace(**closeness(words))
        if (len(words.fields), len(words.regions)) != (len(self.words.fields), len(self.words.regions)):
            market = market._replace(**wishes_of(self.wished_fields, self.wished_regions, words))
        return replace(self, words=words, market=market)


def _empty(on: date) -> Market:
    words = Words({}, {}, {}, {})
    nothing = np.zeros(0, np.int32)
    return Market(
        on=on.toordinal(),
        **trainee_columns((), words),
        **position_columns((), words, on=on),
        **closeness(words),
        met_from=np.zeros(1, np.int32),
        met_position=nothing,
    )


def _halves(keys: Sequence[tuple[int, int]]) -> NDArray[np.uint64]:
    return np.array([(person >> 64, person & 0xFFFFFFFFFFFFFFFF) for person, _ in keys], dtype=np.uint64).reshape(-1, 2)


def _spliced(table: NDArray[Any], gone: Sequence[int], at: Sequence[int], new: NDArray[Any]) -> NDArray[Any]:
    """A table without the rows `gone`, and with new ones before the places `at` of what is left."""
    kept = np.delete(table, gone, axis=0) if gone else table
    return np.insert(kept, at, new, axis=0) if at else kept


def _spliced_lists(
    market: Market, bounds: str, names: Sequence[str], gone: Sequence[int], at: Sequence[int], new: dict[str, Any]
) -> dict[str, Any]:
    """The same for rows of several values each."""
    counts, added = np.diff(getattr(market, bounds)), np.diff(new[bounds])
    stays = np.ones(len(counts), dtype=bool)
    stays[list(gone)] = False
    values, kept = np.repeat(stays, counts), counts[stays]
    places = np.repeat(bounds_of(kept)[list(at)], added)
    return {
        bounds: bounds_of(np.insert(kept, at, added) if at else kept),
        **{name: np.insert(getattr(market, name)[values], places, new[name]) for name in names},
    }


def _without(values: Sequence[T], gone: Sequence[int]) -> list[T]:
    kept = list(values)
    for place in reversed(gone):
        del kept[place]
    return kept


def _inserted(values: list[T], at: Sequence[int], new: Sequence[T]) -> list[T]:
    if len(new) > len(values):  # the first ones: one by one would move all others each time
        ends = [0, *at, len(values)]
        parts = [[*values[start:end], each] for start, end, each in zip(ends, ends[1:], new, strict=False)]
        return [value for part in parts for value in part] + values[ends[-2] :]
    for place, value in zip(reversed(at), reversed(new), strict=True):
        values.insert(place, value)
    return values
