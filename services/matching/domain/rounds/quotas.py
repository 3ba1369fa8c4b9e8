"""Quotas as seats: what is reserved for a group and how many of it may come, position by position.

A quota over a company, a field or the whole round is shared out to the positions before anybody is matched: in proportion to
their seats, what rounding leaves by largest remainder, equals by lot. From then on every position decides for itself, its
choice is substitutable, and a stable outcome exists; were seats of several positions to depend on one another while people
are matched, there need not be any. Levels contain one another, or the rules are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from services.matching.domain.market.columns import Column
from services.matching.domain.market.sides import OpeningSide
from services.matching.domain.numbers import NDArray, np
from shared.errors import N_, Conflict, FieldError

Counts: TypeAlias = "NDArray[np.int64]"


class Over(StrEnum):
    """What a quota is over: every position by itself, all of a company's, all of a field's, or all there are."""

    POSITION = "position"
    COMPANY = "company"
    FIELD = "field"
    ROUND = "round"

    def unit(self, opening: OpeningSide) -> str:
        """Which of these a position belongs to."""
        units: Mapping[Over, Any] = {
            Over.POSITION: opening.position_id,
            Over.COMPANY: opening.company_id,
            Over.FIELD: opening.field,
            Over.ROUND: "",
        }
        return str(units[self])


_INWARD: Final = (Over.POSITION, Over.COMPANY, Over.FIELD, Over.ROUND)


@dataclass(frozen=True, slots=True)
class Rule:
    """Of each unit's seats `reserved` percent (rounded down) for a group, and `at_most` percent (rounded up) with it."""

    group: str
    over: Over
    reserved: int = 0
    at_most: int = 100


@dataclass(frozen=True, slots=True)
class Shares:
    """Per position and group: seats that are reserved for it, and how many it may have."""

    reserved: Counts
    ceiling: Counts


class QuotasCannotBeKept(Conflict):
    code = "quotas_cannot_be_kept"
    title = N_("The quotas cannot be kept together")
    detail = N_("The seats that there are cannot be shared out so that every quota is kept. Reserve less, or allow more.")


def share_out(
    rules: Sequence[Rule], groups: Sequence[str], openings: Sequence[OpeningSide], seats: Counts, lots: Column
) -> Shares:
    """Share the rules out to positions, the narrowest first: a wider one only adds what is missing. Raises QuotasCannotBeKept."""
    shape = (len(seats), len(groups))
    shares = Shares(np.zeros(shape, np.int64), np.repeat(seats[:, None], len(groups), axis=1))
    if not len(seats):
        return shares
    wanted = [(rule, groups.index(rule.group), _units(rule.over, openings)) for over in _INWARD for rule in _over(rules, over)]
    for rule, group, _ in wanted:
        if rule.over is Over.POSITION:  # no seat is reserved anywhere for more of a group than may come there
            shares.ceiling[:, group] = -(-(seats * rule.at_most) // 100)
    for rule, group, unit in wanted:
        _reserve(rule, shares, seats, group=group, unit=unit, lots=lots)
    for rule, group, unit in wanted:
        _limit(rule, shares, seats, group=group, unit=unit, lots=lots)
    if not all(_is_kept(rule, shares, seats, group=group, unit=unit) for rule, group, unit in wanted):
        raise QuotasCannotBeKept
    return shares


def problems_of(rules: Sequence[Rule], groups: Sequence[str]) -> list[FieldError]:
    """What keeps rules from being kept all at once."""
    problems = []
    if {Over.COMPANY, Over.FIELD} <= {rule.over for rule in rules}:
        message = N_("Companies and fields do not contain one another: quotas over both cannot be kept together.")
        problems.append(FieldError("/rules", "not_nested", message))
    if len({(rule.group, rule.over) for rule in rules}) < len(rules):
        problems.append(FieldError("/rules", "twice", N_("Names something twice.")))
    if any(rule.group not in groups for rule in rules):
        problems.append(FieldError("/rules", "unknown_group", N_("Names a group that is not among the quotas.")))
    reserved = [max((rule.reserved for rule in rules if rule.group == group), default=0) for group in groups]
    if sum(reserved) > 100:
        problems.append(FieldError("/rules", "too_much_reserved", N_("More than all seats are reserved.")))
    at_most = [min((rule.at_most for rule in rules if rule.group == group), default=100) for group in groups]
    if any(kept > most for kept, most in zip(reserved, at_most, strict=True)):
        problems.append(FieldError("/rules", "reserved_above_ceiling", N_("More is reserved for a group than it may get.")))
    return problems


def _over(rules: Sequence[Rule], over: Over) -> list[Rule]:
    return [rule for rule in rules if rule.over is over]


def _units(over: Over, openings: Sequence[OpeningSide]) -> NDArray[np.intp]:
    """A number per position, the same for those of one unit."""
    if over is Over.POSITION:
        return np.arange(len(openings))
    known: dict[str, int] = {}
    return np.array([known.setdefault(over.unit(each), len(known)) for each in openings], dtype=np.intp)


def _is_kept(rule: Rule, shares: Shares, seats: Counts, *, group: int, unit: NDArray[np.intp]) -> bool:
    reserved, ceiling, there = (_total(each, unit) for each in (shares.reserved[:, group], shares.ceiling[:, group], seats))
    return bool((reserved >= there * rule.reserved // 100).all() and (ceiling <= -(-(there * rule.at_most) // 100)).all())


def _reserve(rule: Rule, shares: Shares, seats: Counts, *, group: int, unit: NDArray[np.intp], lots: Column) -> None:
    wanted = _total(seats, unit) * rule.reserved // 100
    missing = np.maximum(0, wanted - _total(shares.reserved[:, group], unit))
    room = np.minimum(seats - shares.reserved.sum(axis=1), shares.ceiling[:, group] - shares.reserved[:, group])
    shares.reserved[:, group] += _spread(missing, room, unit, lots)


def _limit(rule: Rule, shares: Shares, seats: Counts, *, group: int, unit: NDArray[np.intp], lots: Column) -> None:
    reserved, ceiling = shares.reserved[:, group], shares.ceiling[:, group]
    most = -(-(_total(seats, unit) * rule.at_most) // 100)
    beyond = np.maximum(0, most - _total(reserved, unit))
    shares.ceiling[:, group] = reserved + _spread(beyond, ceiling - reserved, unit, lots)


def _spread(wanted: Counts, room: Counts, unit: NDArray[np.intp], lots: Column) -> Counts:
    """Give each unit's `wanted` to its positions in proportion to their room, and never more than that."""
    there = _total(room, unit)
    wanted, whole = np.minimum(wanted, there)[unit], np.maximum(there, 1)[unit]
    given, rest = wanted * room // whole, wanted * room % whole
    left = wanted - _total(given, unit)[unit]
    order = np.lexsort((lots, -rest, unit))
    place = np.empty(len(order), np.int64)
    first = np.searchsorted(unit[order], np.arange(len(there)))
    place[order] = np.arange(len(order)) - first[unit[order]]
    return given + (place < left)


def _total(counts: Counts, unit: NDArray[np.intp]) -> Counts:
    total = np.zeros(int(unit.max()) + 1, np.int64)
    np.add.at(total, unit, counts)
    return total
