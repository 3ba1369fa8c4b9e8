"""The columns of a market. Everything is a whole number, so that every machine comes to the same result to the unit."""

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Column: TypeAlias = NDArray[np.int32]
Table: TypeAlias = NDArray[np.int16]

UNKNOWN: Final = -1
"""In a column that never goes below 0: it is not known. What a component answers for what is not known."""
FULL: Final = 1000
"""A component's value runs from 0 to this; so do weights, which together make this: a score runs up to its square."""
HALF: Final = FULL // 2
INTERNSHIP: Final = 0
"""The kind that somebody may take up before their training is over. The other kinds follow in the order of `Kind`."""
HORIZON: Final = 90
"""Days that a position without a closing day looks ahead for candidates."""


class Market(NamedTuple):
    """Trainees (one row per enrolment) and positions, on one day.

    Columns that begin with `t_` have one value per trainee, those with `p_` one per position; days are ordinals, pay is in
    units of 10,000 won a year. `held_*` are the trainees' skills and `asked_*` the positions' demands, sorted by skill:
    those of trainee `i` stand from
    `held_from[i]` up to `held_from[i + 1]`. `met_*` are pairs that met before, likewise.
    """

    on: int
    t_field: Column
    t_present: Column
    t_placed: Column
    t_parked: Column
    t_refuses: Column
    t_from: Column
    t_intern_from: Column
    t_region: Column
    t_pay: Column
    t_kinds: Column
    t_any_field: Column
    t_any_region: Column
    t_skills_known: Column
    wished_field: Table
    wished_region: Table
    held_from: Column
    held_skill: Column
    held_level: Column
    met_from: Column
    met_position: Column
    p_open: Column
    p_opens: Column
    p_closes: Column
    p_starts: Column
    p_needed: Column
    p_free: Column
    p_field: Column
    p_kind: Column
    p_region: Column
    p_area: Column
    p_pay: Column
    asked_from: Column
    asked_skill: Column
    asked_level: Column
    asked_must: Column
    asked_share: Column
    close_fields: Table
    close_regions: Table

    @property
    def trainees(self) -> int:
        return len(self.t_field)

    @property
    def positions(self) -> int:
        return len(self.p_field)
