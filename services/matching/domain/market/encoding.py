"""Turns trainees and positions into a market's columns, column by column: what takes time in a city is every step per row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, Final
from uuid import UUID

from services.matching.domain.candidates import ACTIVE
from services.matching.domain.market.columns import (
    FULL,
    HORIZON,
    P_CLOSES,
    P_NEEDED,
    P_OPENS,
    P_STARTS,
    POSITION_COLUMNS,
    TRAINEE_COLUMNS,
    UNKNOWN,
    Column,
    Market,
    Table,
)
from services.matching.domain.market.sides import CandidateSide, OpeningSide
from services.matching.domain.market.words import Codes, Words, area_of, closeness_of_areas, closeness_of_fields
from services.matching.domain.numbers import np
from services.matching.domain.openings import Kind, OpeningState

KINDS: Final = {kind.value: code for code, kind in enumerate(Kind)}
_WON: Final = 10_000
_MOST: Final = 2_000_000

Met = Collection[tuple[UUID, UUID]]
Wish = tuple[str, ...]


def encode(
    candidates: Sequence[CandidateSide],
    openings: Sequence[OpeningSide],
    *,
    on: date,
    met: Met = (),
    words: Words | None = None,
) -> Market:
    """The market of these two sides on a day. `met` are (person, position) that met before: running, or declined."""
    words = words or Words.of(candidates, openings)
    return Market(
        on=on.toordinal(),
        **trainee_columns(candidates, words),
        **position_columns(openings, words, on=on),
        **_met(candidates, openings, met),
        **closeness(words),
    )


def trainee_columns(candidates: Sequence[CandidateSide], words: Words) -> dict[str, Any]:
    """The columns of trainees, whose words are all known."""
    return {
        "trainee": _stacked(_trainees(candidates, words), TRAINEE_COLUMNS),
        **wishes_of([each.fields for each in candidates], [each.regions for each in candidates], words),
        **_held(candidates, words.skills),
    }


def position_columns(openings: Sequence[OpeningSide], words: Words, *, on: date) -> dict[str, Any]:
    """The columns of positions, whose words are all known."""
    table = _stacked(_positions(openings, words), POSITION_COLUMNS)
    return {"position": on_day(table, on.toordinal()), **_demands(openings, words.skills)}


def on_day(position: Column, on: int) -> Column:
    """The table of positions with what depends on the day."""
    position = position.copy()
    position[:, P_STARTS] = np.maximum(on, position[:, P_OPENS])
    closes = position[:, P_CLOSES]
    position[:, P_NEEDED] = np.where(closes == UNKNOWN, position[:, P_STARTS] + HORIZON, closes)
    return position


def closeness(words: Words) -> dict[str, Any]:
    """How close fields and areas are to one another."""
    return {"close_fields": _table(words.fields, closeness_of_fields), "close_regions": _table(words.areas, closeness_of_areas)}


def bounds_of(counts: Sequence[int] | Column) -> Column:
    """Where the values of each row begin and end, from how many there are of each."""
    bounds = np.zeros(len(counts) + 1, dtype=np.int32)
    np.cumsum(counts, out=bounds[1:])
    return bounds


def _trainees(candidates: Sequence[CandidateSide], words: Words) -> dict[str, list[int]]:
    kinds = {given: sum(1 << KINDS[kind] for kind in set(given)) for given in {each.kinds for each in candidates}}
    fields = words.fields
    areas: dict[str | None, int] = dict([(None, UNKNOWN), ("", UNKNOWN), *words.areas.items()])
    days = _Days()
    return {
        "t_field": [fields[each.field] for each in candidates],
        "t_present": [each.stage in ACTIVE for each in candidates],
        "t_placed": [each.held for each in candidates],
        "t_parked": [each.parked for each in candidates],
        "t_refuses": [each.refuses for each in candidates],
        "t_from": [days[each.available_from] for each in candidates],
        "t_intern_from": [days[each.internship_from] for each in candidates],
        "t_region": [areas[each.region and area_of(each.region)] for each in candidates],
        "t_pay": [min((each.salary_wish or 0) // _WON, _MOST) for each in candidates],
        "t_kinds": [kinds[each.kinds] for each in candidates],
        "t_any_field": [not each.fields for each in candidates],
        "t_any_region": [not each.regions for each in candidates],
        "t_skills_known": [each.skills is not None for each in candidates],
    }


def wishes_of(fields: Sequence[Wish], regions: Sequence[Wish], words: Words) -> dict[str, Any]:
    """Which of the fields and regions that there are each trainee wishes for."""
    own = {name: [words.fields[name]] if name in words.fields else [] for given in set(fields) for name in given}
    below = _below(words.regions, {region for given in set(regions) for region in given})
    return {
        "wished_field": _marked(fields, own, len(words.fields)),
        "wished_region": _marked(regions, below, len(words.regions)),
    }


def _marked(wishes: Sequence[Wish], codes: Mapping[str, list[int]], width: int) -> Table:
    """A table with 1 where a row's wishes name a column."""
    table = np.zeros((len(wishes), max(1, width)), np.int16)
    named = [codes[wish] for given in wishes for wish in given]
    rows = np.repeat(np.repeat(np.arange(len(wishes)), list(map(len, wishes))), list(map(len, named)))
    table[rows, np.fromiter(chain.from_iterable(named), np.int32, len(rows))] = 1
    return table


def _below(regions: Mapping[str, int], wished: Iterable[str]) -> dict[str, list[int]]:
    """The positions' regions that lie in each wished one: codes of districts begin with those of the region around them."""
    return {
        wish: [code for region, code in regions.items() if region.startswith(wish) or wish.startswith(region)] for wish in wished
    }


def _held(candidates: Sequence[CandidateSide], skills: Codes) -> dict[str, Column]:
    held = [each.skills or {} for each in candidates]
    counts = list(map(len, held))
    total = sum(counts)
    skill = np.fromiter(map(skills.__getitem__, chain.from_iterable(held)), np.int32, total)
    level = np.fromiter(chain.from_iterable(each.values() for each in held), np.int32, total)
    order = np.lexsort((skill, np.repeat(np.arange(len(held)), counts)))
    return {"held_from": bounds_of(counts), "held_skill": skill[order], "held_level": level[order]}


def _met(candidates: Sequence[CandidateSide], openings: Sequence[OpeningSide], met: Met) -> dict[str, Any]:
    place = {each.position_id: place for place, each in enumerate(openings)} if met else {}
    by_person: dict[UUID, list[int]] = {}
    for person, position in met:
        if position in place:
            by_person.setdefault(person, []).append(place[position])
    rows = [sorted(by_person.get(each.person_id, ())) for each in candidates] if by_person else [[]] * len(candidates)
    counts = list(map(len, rows))
    return {
        "met_from": bounds_of(counts),
        "met_position": np.fromiter(chain.from_iterable(rows), np.int32, sum(counts)),
    }


def _positions(openings: Sequence[OpeningSide], words: Words) -> dict[str, list[int]]:
    fields, regions, areas, days = words.fields, words.regions, words.areas, _Days()
    nothing = [0] * len(openings)
    return {
        "p_open": [each.state is OpeningState.OPEN for each in openings],
        "p_opens": [days[each.opens_on] for each in openings],
        "p_closes": [days[each.closes_on] for each in openings],
        "p_starts": nothing,
        "p_needed": nothing,
        "p_free": [each.free_seats for each in openings],
        "p_field": [fields[each.field] for each in openings],
        "p_kind": [KINDS[each.kind] for each in openings],
        "p_region": [regions[each.region] for each in openings],
        "p_area": [areas[area_of(each.region)] for each in openings],
        "p_pay": [UNKNOWN if each.pay is None else min(each.pay // _WON, _MOST) for each in openings],
    }


def _demands(openings: Sequence[OpeningSide], skills: Codes) -> dict[str, Column]:
    counts = np.array([len(each.demands) for each in openings], dtype=np.int32)
    asked = [demand for each in openings for demand in each.demands]
    names = [demand.skill for demand in asked]
    rows = np.repeat(np.arange(len(openings)), counts)
    # Shares go by the skills' names, so that the codes that a market happens to give them change nothing.
    place = {name: place for place, name in enumerate(sorted(set(names)))}
    by_name = np.lexsort((np.fromiter(map(place.__getitem__, names), np.int32, len(names)), rows))
    must = np.fromiter((demand.must for demand in asked), np.int32, len(asked))
    share = np.empty(len(asked), np.int32)
    share[by_name] = shares_of(must[by_name], counts)
    skill = np.fromiter(map(skills.__getitem__, names), np.int32, len(names))
    level = np.fromiter((demand.level for demand in asked), np.int32, len(asked))
    order = np.lexsort((skill, rows))
    return {
        "asked_from": bounds_of(counts),
        "asked_skill": skill[order],
        "asked_level": level[order],
        "asked_must": must[order],
        "asked_share": share[order],
    }


def shares_of(must: Column, counts: Column) -> Column:
    """What each demand is worth, together FULL for each position: a must-have twice what a nice-to-have is.

    What rounding leaves goes to the first ones. `counts` says how many demands each position has.
    """
    first = np.cumsum(counts) - counts
    row = np.repeat(np.arange(len(counts)), counts)
    heft = 1 + must.astype(np.int64)
    share = FULL * heft // np.bincount(row, weights=heft, minlength=len(counts)).astype(np.int64)[row]
    left = FULL - np.bincount(row, weights=share, minlength=len(counts)).astype(np.int64)
    share += np.arange(len(must)) - first[row] < left[row]
    return share.astype(np.int32)


def _stacked(columns: Mapping[str, list[int]], names: Sequence[str]) -> Column:
    rows = len(columns[names[0]])
    table = np.empty((rows, len(names)), dtype=np.int32)
    for place, name in enumerate(names):
        table[:, place] = columns[name]
    return table


class _Days(dict[date | None, int]):
    """Days as ordinals, each asked for once."""

    def __missing__(self, day: date | None) -> int:
        self[day] = found = UNKNOWN if day is None else day.toordinal()
        return found


def _table(codes: Codes, close: Any) -> Table:
    table = np.zeros((max(1, len(codes)), max(1, len(codes))), np.int16)
    for one, row in codes.items():
        for other, column in codes.items():
            table[row, column] = close(one, other)
    return table
