"""The columns of a market. Everything is a whole number, so that every machine comes to the same result to the unit."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from services.matching.domain.numbers import NDArray, np

Column: TypeAlias = "NDArray[np.int32]"
Table: TypeAlias = "NDArray[np.int16]"

UNKNOWN: Final = -1
"""In a column that never goes below 0: it is not known. What a component answers for what is not known."""
FULL: Final = 1000
"""A component's value runs from 0 to this; so do weights, which together make this: a score runs up to its square."""
HALF: Final = FULL // 2
INTERNSHIP: Final = 0
"""The kind that somebody may take up before their training is over. The other kinds follow in the order of `Kind`."""
HORIZON: Final = 90
"""Days that a position without a closing day looks ahead for candidates."""


# The columns of `Market.trainee` and `Market.position`. Two tables and not many arrays: each array that a compiled function is
# given makes compiling it longer.
T_FIELD = 0
T_PRESENT = 1
T_PLACED = 2
T_PARKED = 3
T_REFUSES = 4
T_FROM = 5
T_INTERN_FROM = 6
T_REGION = 7
T_PAY = 8
T_KINDS = 9
T_ANY_FIELD = 10
T_ANY_REGION = 11
T_SKILLS_KNOWN = 12
P_OPEN = 0
P_OPENS = 1
P_CLOSES = 2
P_STARTS = 3
P_NEEDED = 4
P_FREE = 5
P_FIELD = 6
P_KIND = 7
P_REGION = 8
P_AREA = 9
P_PAY = 10
TRAINEE_COLUMNS: Final = (
    "t_field",
    "t_present",
    "t_placed",
    "t_parked",
    "t_refuses",
    "t_from",
    "t_intern_from",
    "t_region",
    "t_pay",
    "t_kinds",
    "t_any_field",
    "t_any_region",
    "t_skills_known",
)
POSITION_COLUMNS: Final = (
    "p_open",
    "p_opens",
    "p_closes",
    "p_starts",
    "p_needed",
    "p_free",
    "p_field",
    "p_kind",
    "p_region",
    "p_area",
    "p_pay",
)


class Market(NamedTuple):
    """Trainees (one row per enrolment) and positions, on one day.

    `trainee` has a row per trainee, `position` one per position; days are ordinals, pay is in units of 10,000 won a year.
    `p_starts` is the first day on which somebody can begin, `p_needed` the last one. `held_*` are the trainees' skills and
    `asked_*` the positions' demands, sorted by skill: those of trainee `i` stand from `held_from[i]` up to
    `held_from[i + 1]`. `met_*` are pairs that met before, likewise.
    """

    on: int
    trainee: Column
    position: Column
    wished_field: Table
    wished_region: Table
    held_from: Column
    held_skill: Column
    held_level: Column
    met_from: Column
    met_position: Column
    asked_from: Column
    asked_skill: Column
    asked_level: Column
    asked_must: Column
    asked_share: Column
    close_fields: Table
    close_regions: Table

    @property
    def trainees(self) -> int:
        return len(self.trainee)

    @property
    def positions(self) -> int:
        return len(self.position)

    def column(self, name: str) -> Column:
        """One column by its name, such as p_kind."""
        if name in TRAINEE_COLUMNS:
            return self.trainee[:, TRAINEE_COLUMNS.index(name)]
        return self.position[:, POSITION_COLUMNS.index(name)]
