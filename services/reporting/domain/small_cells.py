"""Which cells of a table about persons may be shown: none that says something about fewer than ten of them."""

from collections.abc import Hashable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

THRESHOLD: Final = 10

Member = Hashable


@dataclass(frozen=True, slots=True)
class Cell:
    """How many persons a cell is about, in two kinds: those who are counted, and the rest of those whom it is a share of."""

    numerator: int
    denominator: int | None = None

    @property
    def kinds(self) -> tuple[int, int]:
        return self.numerator, 0 if self.denominator is None else self.denominator - self.numerator


Table = Mapping[Member, Cell]


def hidden(table: Table) -> frozenset[Member]:
    """The cells that must not be shown: those with a small kind, and as many others as keep these from being computed.

    What the hidden ones come to together can be computed from the total. It must therefore be of several cells, and not
    small itself. Where no such set is left everything is hidden.
    """
    hide = {member for member, cell in table.items() if _is_small(cell.kinds)}
    smallest_first = sorted((member for member in table if member not in hide), key=lambda member: sum(table[member].kinds))
    for member in smallest_first:
        if not hide or (len(hide) > 1 and not _is_small(_together(table, hide))):
            break
        hide.add(member)
    return frozenset(hide)


def may_follow(before: Table, after: Table) -> bool:
    """Whether a table may be shown after another was: every change that can be computed from both is none or a large one.

    Of cells that are shown both times each change can be computed, of all the others only what it comes to together.
    """
    shown = (before.keys() - hidden(before)) & (after.keys() - hidden(after))
    changes = [_change(before[member].kinds, after[member].kinds) for member in shown]
    others = [_together(table, set(table) - shown) for table in (before, after)]
    changes.append(_change(others[0], others[1]))
    return not any(_is_small(change) for change in changes)


def _together(table: Table, members: AbstractSet[Member]) -> tuple[int, int]:
    kinds = [table[member].kinds for member in members]
    return sum(first for first, _ in kinds), sum(second for _, second in kinds)


def _change(before: tuple[int, int], after: tuple[int, int]) -> tuple[int, int]:
    return abs(after[0] - before[0]), abs(after[1] - before[1])


def _is_small(kinds: tuple[int, int]) -> bool:
    return any(0 < kind < THRESHOLD for kind in kinds)
