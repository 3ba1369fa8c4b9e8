"""Lots: what decides between equals, from a seed and an id alone, so that neither the order of input nor the machine matters."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.matching.domain.market.columns import Column
from services.matching.domain.numbers import NDArray, np


def lots(ids: Sequence[UUID], *, seed: int, side: int) -> Column:
    """A place from 0 for each id, as drawn by `seed` (up to 64 bits). `side` makes the two sides' draws different.

    SplitMix64 (Steele, Lea, Flood, 2014) over both halves of the id; ids that draw the same number stand by id.
    """
    halves = np.array([(each.int >> 64, each.int & 0xFFFFFFFFFFFFFFFF) for each in ids], dtype=np.uint64).reshape(-1, 2)
    start = np.uint64((seed * 2 + side) & 0xFFFFFFFFFFFFFFFF)
    drawn = _mixed(halves[:, 0] ^ _mixed(halves[:, 1] ^ _mixed(np.full(len(ids), start, dtype=np.uint64))))
    place = np.empty(len(ids), dtype=np.int32)
    place[np.lexsort((halves[:, 1], halves[:, 0], drawn))] = np.arange(len(ids), dtype=np.int32)
    return place


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
