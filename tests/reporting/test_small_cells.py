"""Small cells: whoever collects every table that was ever shown, and every total, computes nothing about fewer than ten."""

import random
from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np
import pytest
from scipy.optimize import linprog

from services.reporting.commands.publishing import publish_tables
from services.reporting.domain.small_cells import THRESHOLD, Cell, Member, Table, hidden, may_follow
from shared.db import Database
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site

MEMBERS: tuple[Member, ...] = ("f", "m", None)


def a_history(chance: random.Random, months: int = 12) -> list[Table]:
    """Month by month more people, of whom now and then one is counted otherwise than before."""
    numerators, rests = ({member: chance.choice([0, 0, 3, 12, 40]) for member in MEMBERS} for _ in range(2))
    found: list[Table] = []
    for _ in range(months):
        for kind in (numerators, rests):
            for member in MEMBERS:
                kind[member] = max(0, kind[member] + chance.choice([0, 0, 0, 1, 2, 5, 11, 25, -1]))
        found.append({member: Cell(numerators[member], numerators[member] + rests[member]) for member in MEMBERS})
    return found


def shown_of(history: Sequence[Table]) -> list[Table]:
    """The tables that are published, each after the one before it."""
    shown: list[Table] = []
    for table in history:
        if not shown or may_follow(shown[-1], table):
            shown.append(table)
    return shown


class Attack:
    """A linear program over every cell of every table shown: totals are known, and what was not hidden."""

    def __init__(self, tables: Sequence[Table], kind: int) -> None:
        self.tables, self.kind = tables, kind
        rows, values = [], []
        for at, table in enumerate(tables):
            rows.append(self._only({(at, member): 1.0 for member in MEMBERS}))
            values.append(float(sum(cell.kinds[kind] for cell in table.values())))
            for member in table.keys() - hidden(table):
                rows.append(self._only({(at, member): 1.0}))
                values.append(float(table[member].kinds[kind]))
        self.rows, self.values = np.array(rows), np.array(values)

    def bounds(self, wanted: dict[tuple[int, Member], float]) -> tuple[float, float]:
        """The least and the most that a sum of cells can be."""
        goal = self._only(wanted)
        ends = [linprog(sign * goal, A_eq=self.rows, b_eq=self.values, method="highs").fun * sign for sign in (1, -1)]
        return ends[0], ends[1]

    def _only(self, wanted: dict[tuple[int, Member], float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        row = np.zeros(len(self.tables) * len(MEMBERS))
        for (at, member), factor in wanted.items():
            row[at * len(MEMBERS) + MEMBERS.index(member)] = factor
        return row


@pytest.mark.unhurried
@pytest.mark.parametrize("kind", [0, 1])
def test_a_linear_program_recovers_no_small_cell_and_no_small_change(kind: int) -> None:
    attacked = 0
    for seed in range(12):
        tables = shown_of(a_history(random.Random(seed)))
        attack = Attack(tables, kind)
        for at, table in enumerate(tables):
            for member in hidden(table):
                number = table[member].kinds[kind]
                if 0 < number < THRESHOLD:
                    least, most = attack.bounds({(at, member): 1.0})
                    total = sum(cell.kinds[kind] for cell in table.values())
                    assert most - least >= min(total, THRESHOLD) - 1e-6, (seed, at, member)
                    attacked += 1
        for at in range(1, len(tables)):
            for member in MEMBERS:
                change = abs(tables[at][member].kinds[kind] - tables[at - 1][member].kinds[kind])
                if 0 < change < THRESHOLD:
                    least, most = attack.bounds({(at, member): 1.0, (at - 1, member): -1.0})
                    assert most - least > 1, (seed, at, member)
                    attacked += 1
    assert attacked > 20


def test_nothing_is_held_back_that_may_be_shown() -> None:
    large: dict[Member, Cell] = {"f": Cell(40, 80), "m": Cell(30, 55), None: Cell(0, 0)}
    assert hidden(large) == frozenset()
    assert may_follow(large, large)
    assert may_follow(large, {**large, "f": Cell(52, 92)})


def test_one_small_cell_takes_another_with_it() -> None:
    assert hidden({"f": Cell(40), "m": Cell(30), None: Cell(3)}) == {"m", None}
    assert hidden({"f": Cell(40), None: Cell(3)}) == {"f", None}


def test_a_table_waits_until_what_changed_is_large_enough() -> None:
    before: dict[Member, Cell] = {"f": Cell(40), "m": Cell(30), None: Cell(0)}
    assert not may_follow(before, {**before, "f": Cell(41)})
    assert not may_follow(before, {**before, "f": Cell(52), "m": Cell(29)})
    assert may_follow(before, {**before, "f": Cell(52), "m": Cell(20)})


@pytest.mark.unhurried
def test_outside_the_staff_a_breakdown_by_an_attribute_is_what_was_published(
    strict_site: Site, light_world: Happenings, light_database: Database
) -> None:
    cohort = light_world.cohort()
    for gender, number in (("f", 14), ("m", 12), (None, 3)):
        for _ in range(number):
            light_world.completer(cohort, gender=gender)
    light_world.arrive()
    path = "/api/v1/indicators/talents_trained"
    with strict_site.client("executive") as executive, strict_site.client("program-manager") as staff:

        def by_gender(client: httpx.Client) -> dict[Any, tuple[str, Any]]:
            points = client.get(f"{path}/series", params={"by": "gender"}).json()["points"]
            return {point["dimensions"]["gender"]: (point["state"], point["numerator"]) for point in points}

        assert by_gender(executive) == {None: ("suppressed", None)}
        assert publish_tables(light_database) > 0
        assert publish_tables(light_database) == 0
        shown = {"f": ("ok", 14), "m": ("suppressed", None), None: ("suppressed", None)}
        assert by_gender(executive) == shown
        assert by_gender(staff) == {"f": ("ok", 14), "m": ("ok", 12), None: ("ok", 3)}
        light_world.completer(cohort, gender="f")
        light_world.arrive()
        assert by_gender(executive) == shown
        for query in ({"gender": "f"}, {"gender": "unknown", "field": "robot"}):
            refused = executive.get(f"{path}/value", params=query)
            assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "personal_attribute")
            assert staff.get(f"{path}/value", params=query).status_code == 200
        crossed = executive.get(f"{path}/series", params={"by": ["gender", "field"]})
        assert crossed.json()["errors"][0]["pointer"] == "gender"
        explained = executive.get(f"{path}/explain", params={"from_as_of": "2020-01-01", "gender": "f"})
        assert explained.status_code == 422
        assert executive.get("/api/v1/standards", params={"gender": "f"}).status_code in {403, 422}
