"""Turns trainees and positions into a market's columns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, Final
from uuid import UUID

import numpy as np

from services.matching.domain.candidates import ACTIVE
from services.matching.domain.market.columns import (
    FULL,
    HALF,
    HORIZON,
    POSITION_COLUMNS,
    TRAINEE_COLUMNS,
    UNKNOWN,
    Column,
    Market,
    Table,
)
from services.matching.domain.market.fields import related
from services.matching.domain.market.sides import CandidateSide, Demand, OpeningSide
from services.matching.domain.openings import Kind, OpeningState

KINDS: Final = {kind.value: code for code, kind in enumerate(Kind)}
NEIGHBOURS: Final = 700
_ONE_REGION: Final = frozenset({"27", "47"})
"""Daegu and Gyeongbuk (first two digits of the legal-district code): one programme, one labour market."""
_WON: Final = 10_000
_MOST: Final = 2_000_000

Met = Collection[tuple[UUID, UUID]]


def encode(candidates: Sequence[CandidateSide], openings: Sequence[OpeningSide], *, on: date, met: Met = ()) -> Market:
    """The market of these two sides on a day. `met` are (person, position) that met before: running, or declined."""
    fields = _codes(chain((each.field for each in candidates), (each.field for each in openings)))
    regions = _codes(each.region for each in openings)
    areas = _codes(chain((each.region[:2] for each in candidates if each.region), (each.region[:2] for each in openings)))
    skills = _codes(chain.from_iterable((*_asked(openings), *(each.skills or () for each in candidates))))
    return Market(
        on=on.toordinal(),
        trainee=_stacked(_trainees(candidates, fields, areas), TRAINEE_COLUMNS),
        **_wishes(candidates, fields, regions),
        **_held(candidates, skills),
        **_met(candidates, openings, met),
        position=_stacked(_positions(openings, on, fields, regions, areas), POSITION_COLUMNS),
        **_demands(openings, skills),
        close_fields=_table(fields, _field_closeness),
        close_regions=_table(areas, _region_closeness),
    )


def skill_codes(candidates: Iterable[CandidateSide], openings: Sequence[OpeningSide]) -> tuple[str, ...]:
    """The skills of such a market by their codes in it."""
    return tuple(_codes(chain.from_iterable((*_asked(openings), *(each.skills or () for each in candidates)))))


def _trainees(candidates: Sequence[CandidateSide], fields: Mapping[str, int], areas: Mapping[str, int]) -> dict[str, Any]:
    return {
        "t_field": _column(fields[each.field] for each in candidates),
        "t_present": _column(each.stage in ACTIVE for each in candidates),
        "t_placed": _column(each.held for each in candidates),
        "t_parked": _column(each.parked for each in candidates),
        "t_refuses": _column(each.refuses for each in candidates),
        "t_from": _column(_day(each.available_from) for each in candidates),
        "t_intern_from": _column(_day(each.internship_from) for each in candidates),
        "t_region": _column(areas[each.region[:2]] if each.region else UNKNOWN for each in candidates),
        "t_pay": _column(min((each.salary_wish or 0) // _WON, _MOST) for each in candidates),
        "t_kinds": _column(sum(1 << KINDS[kind] for kind in set(each.kinds)) for each in candidates),
        "t_any_field": _column(not each.fields for each in candidates),
        "t_any_region": _column(not each.regions for each in candidates),
        "t_skills_known": _column(each.skills is not None for each in candidates),
    }


def _wishes(candidates: Sequence[CandidateSide], fields: Mapping[str, int], regions: Mapping[str, int]) -> dict[str, Any]:
    wished_field = np.zeros((len(candidates), max(1, len(fields))), np.int16)
    wished_region = np.zeros((len(candidates), max(1, len(regions))), np.int16)
    below = _below(regions, {region for each in candidates for region in each.regions})
    for row, each in enumerate(candidates):
        for name in each.fields:
            if name in fields:
                wished_field[row, fields[name]] = 1
        for region in each.regions:
            wished_region[row, below[region]] = 1
    return {"wished_field": wished_field, "wished_region": wished_region}


def _below(regions: Mapping[str, int], wished: Iterable[str]) -> dict[str, list[int]]:
    """The positions' regions that lie in each wished one: codes of districts begin with those of the region around them."""
    return {
        wish: [code for region, code in regions.items() if region.startswith(wish) or wish.startswith(region)] for wish in wished
    }


def _held(candidates: Sequence[CandidateSide], skills: Mapping[str, int]) -> dict[str, Any]:
    held = [sorted((skills[skill], level) for skill, level in (each.skills or {}).items()) for each in candidates]
    return {
        "held_from": _bounds(held),
        "held_skill": _column(skill for each in held for skill, _ in each),
        "held_level": _column(level for each in held for _, level in each),
    }


def _met(candidates: Sequence[CandidateSide], openings: Sequence[OpeningSide], met: Met) -> dict[str, Any]:
    place = {each.position_id: place for place, each in enumerate(openings)} if met else {}
    by_person: dict[UUID, list[int]] = {}
    for person, position in met:
        if position in place:
            by_person.setdefault(person, []).append(place[position])
    rows = [sorted(by_person.get(each.person_id, ())) for each in candidates] if met else [[]] * len(candidates)
    return {"met_from": _bounds(rows), "met_position": _column(chain.from_iterable(rows))}


def _positions(
    openings: Sequence[OpeningSide], on: date, fields: Mapping[str, int], regions: Mapping[str, int], areas: Mapping[str, int]
) -> dict[str, Any]:
    starts = [max(on, each.opens_on).toordinal() for each in openings]
    return {
        "p_open": _column(each.state is OpeningState.OPEN for each in openings),
        "p_opens": _column(each.opens_on.toordinal() for each in openings),
        "p_closes": _column(_day(each.closes_on) for each in openings),
        "p_starts": _column(starts),
        "p_needed": _column(
            each.closes_on.toordinal() if each.closes_on else start + HORIZON
            for each, start in zip(openings, starts, strict=True)
        ),
        "p_free": _column(each.free_seats for each in openings),
        "p_field": _column(fields[each.field] for each in openings),
        "p_kind": _column(KINDS[each.kind] for each in openings),
        "p_region": _column(regions[each.region] for each in openings),
        "p_area": _column(areas[each.region[:2]] for each in openings),
        "p_pay": _column(UNKNOWN if each.pay is None else min(each.pay // _WON, _MOST) for each in openings),
    }


def _demands(openings: Sequence[OpeningSide], skills: Mapping[str, int]) -> dict[str, Any]:
    asked = [sorted(each.demands, key=lambda demand: skills[demand.skill]) for each in openings]
    shares = [share for demands in asked for share in shares_of(demands)]
    return {
        "asked_from": _bounds(asked),
        "asked_skill": _column(skills[demand.skill] for demands in asked for demand in demands),
        "asked_level": _column(demand.level for demands in asked for demand in demands),
        "asked_must": _column(demand.must for demands in asked for demand in demands),
        "asked_share": _column(shares),
    }


def shares_of(demands: Sequence[Demand]) -> list[int]:
    """What each demand is worth, together FULL: a must-have twice what a nice-to-have is; what rounding leaves goes first."""
    if not demands:
        return []
    heft = [2 if demand.must else 1 for demand in demands]
    shares = [FULL * each // sum(heft) for each in heft]
    for place in range(FULL - sum(shares)):
        shares[place % len(shares)] += 1
    return shares


def _asked(openings: Sequence[OpeningSide]) -> Iterable[list[str]]:
    return ([demand.skill for demand in each.demands] for each in openings)


def _stacked(columns: Mapping[str, Column], names: Sequence[str]) -> Column:
    return np.ascontiguousarray(np.stack([columns[name] for name in names], axis=1))


def _codes(values: Iterable[str]) -> dict[str, int]:
    return {value: code for code, value in enumerate(sorted(set(values)))}


def _column(values: Iterable[Any]) -> Column:
    return np.fromiter(values, dtype=np.int32)


def _bounds(rows: Sequence[Sequence[Any]]) -> Column:
    return np.concatenate(([0], np.cumsum([len(row) for row in rows], dtype=np.int64))).astype(np.int32)


def _day(day: date | None) -> int:
    return UNKNOWN if day is None else day.toordinal()


def _table(codes: Mapping[str, int], closeness: Any) -> Table:
    table = np.zeros((max(1, len(codes)), max(1, len(codes))), np.int16)
    for one, row in codes.items():
        for other, column in codes.items():
            table[row, column] = closeness(one, other)
    return table


def _field_closeness(trained: str, wanted: str) -> int:
    if trained == wanted:
        return FULL
    return HALF if related(trained, wanted) else 0


def _region_closeness(home: str, work: str) -> int:
    if home == work:
        return FULL
    return NEIGHBOURS if {home, work} <= _ONE_REGION else 0
