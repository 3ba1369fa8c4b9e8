"""A city's matching: candidates for every trainee and the stable round on them, beside a floor and beside peers."""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from time import perf_counter
from typing import Any, Final

import numpy as np

from services.matching.domain.market import engine as engines_of_matching
from services.matching.domain.market.acceptance import NOBODY
from services.matching.domain.market.encoding import encode
from services.matching.domain.market.weights import View, known_weights
from services.matching.domain.rounds.problem import Problem
from services.matching.domain.rounds.settings import RoundSettings
from services.matching.domain.rounds.solving import Outcome, accept, solve
from tests.benchmarks.engines import Engines
from tests.benchmarks.floors.scoring import score_all
from tests.benchmarks.frame import Contest, NotMeasurable, Unit, benchmarks
from tests.matching.cities import TODAY, city

COMPILED: Final = "compiled, 2 threads"
SETTINGS: Final = RoundSettings(seed=7)


def _problem(trainees: int) -> Problem:
    """As many trainees, and five positions for three of them."""
    candidates, openings = city(trainees, trainees * 5 // 3)
    return Problem(TODAY, candidates, openings)


@benchmarks.add(
    "round",
    what="candidates from all pairs with 300 skills, top 50 each, and the stable round; the size is trainees, 5 positions for 3",
    floor="one compiled loop that scores all pairs by skills and three tables and keeps nothing but each trainee's best",
    engine=COMPILED,
    unit=Unit.SECONDS,
    sizes=(3_000, 10_000, 30_000),
    quick_sizes=(3_000,),
    goal=2.0,
)
def whole_round(engines: Engines) -> Iterator[Contest]:
    engines_of_matching.keep_in(engines.scratch())
    engines_of_matching.warm()
    problems: dict[int, Problem] = {}
    seen: dict[str, str] = {}

    def ours(size: int) -> float:
        problem = problems.setdefault(size, _problem(size))
        started = perf_counter()
        outcome = solve(problem, SETTINGS)
        seen[f"placed of {size:,}"] = f"{int((outcome.held != NOBODY).sum()):,}"
        return perf_counter() - started

    def floor(size: int) -> float:
        problem = problems.setdefault(size, _problem(size))
        market = encode(problem.candidates, problem.openings, on=TODAY)
        started = perf_counter()
        score_all(market, known_weights().column(View.TRAINEE))
        return perf_counter() - started

    yield Contest(ours, floor, lambda: seen)


@benchmarks.add(
    "round-peer",
    what="deferred acceptance on the lists of a round, 3,000 x 5,000, compiled",
    floor="the PyPI package `matching` on the same lists",
    engine=COMPILED,
    unit=Unit.SECONDS,
    sizes=(3_000,),
    quick_sizes=(300,),
    goal=0.001,
)
def against_the_package(engines: Engines) -> Iterator[Contest]:
    games = _peer("matching.games")
    engines_of_matching.keep_in(engines.scratch())
    engines_of_matching.warm()
    outcomes: dict[int, Outcome] = {}
    seen: dict[str, str] = {}

    def ours(size: int) -> float:
        outcome = outcomes.setdefault(size, solve(_problem(size), SETTINGS))
        started = perf_counter()
        accept(outcome.lists, outcome.seats, SETTINGS.optimal)
        return perf_counter() - started

    def floor(size: int) -> float:
        outcome = outcomes.setdefault(size, solve(_problem(size), SETTINGS))
        residents, hospitals, capacities = _dictionaries(outcome)
        cost, matching = _deep(lambda: _package(games, residents, hospitals, capacities))
        theirs = {resident.name: hospital.name for hospital, group in matching.items() for resident in group}
        mine = {p: int(outcome.entries.position[e]) for p, e in enumerate(outcome.held.tolist()) if e != NOBODY}
        seen[f"same outcome at {size:,}"] = str(theirs == mine)
        return cost

    yield Contest(ours, floor, lambda: seen)


@benchmarks.add(
    "round-total-score",
    what="the stable round on lists that are there, 3,000 x 5,000; what stability costs is noted",
    floor="SciPy's and OR-tools' assignment of the highest total score on the same lists, the faster of the two",
    engine=COMPILED,
    unit=Unit.SECONDS,
    sizes=(3_000,),
    quick_sizes=(300,),
    goal=1.0,
)
def against_the_best_total(engines: Engines) -> Iterator[Contest]:
    sparse, graph, flow = _peer("scipy.sparse"), _peer("scipy.sparse.csgraph"), _peer("ortools.graph.python.min_cost_flow")
    engines_of_matching.keep_in(engines.scratch())
    engines_of_matching.warm()
    outcomes: dict[int, Outcome] = {}
    seen: dict[str, str] = {}

    def ours(size: int) -> float:
        outcome = outcomes.setdefault(size, solve(_problem(size), SETTINGS))
        started = perf_counter()
        accept(outcome.lists, outcome.seats, SETTINGS.optimal)
        return perf_counter() - started

    def floor(size: int) -> float:
        outcome = outcomes.setdefault(size, solve(_problem(size), SETTINGS))
        by_scipy, _ = _timed(lambda: _scipy_total(outcome, sparse, graph))
        by_flow, best = _timed(lambda: _flow_total(outcome, flow))
        held = outcome.held[outcome.held != NOBODY]
        stable = int(outcome.points[held].sum())
        seen["stability costs of the highest total score"] = f"{100 * (1 - stable / best):.1f} %"
        seen["scipy, or-tools"] = f"{by_scipy:.2f} s, {by_flow:.2f} s"
        return min(by_scipy, by_flow)

    yield Contest(ours, floor, lambda: seen)


def _package(games: Any, *lists: Mapping[int, Any]) -> tuple[float, Any]:
    started = perf_counter()
    matching = games.HospitalResident.create_from_dictionaries(*lists).solve(optimal="resident")
    return perf_counter() - started, matching


def _deep(work: Callable[[], tuple[float, Any]]) -> tuple[float, Any]:
    """Run work that copies players by recursion, from one to the next, with room for it."""
    limit, size = sys.getrecursionlimit(), threading.stack_size(512 * 1024 * 1024)
    sys.setrecursionlimit(1_000_000)
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(work).result()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    started = perf_counter()
    result = work()
    return perf_counter() - started, result


def _peer(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise NotMeasurable(f"{module} is not installed: `make bench` installs it") from error


def _dictionaries(outcome: Outcome) -> tuple[Mapping[int, Any], Mapping[int, Any], Mapping[int, int]]:
    """The lists as the package takes them: it wants nobody without a list."""
    lists, entries = outcome.lists, outcome.entries
    residents: dict[int, list[int]] = {}
    for person, position in zip(entries.person.tolist(), entries.position.tolist(), strict=True):
        residents.setdefault(person, []).append(position)
    hospitals: dict[int, list[int]] = {}
    for entry in lists.by_position.tolist():
        hospitals.setdefault(int(entries.position[entry]), []).append(int(entries.person[entry]))
    seats = np.diff(outcome.seats.seat_from)
    return residents, hospitals, {position: int(seats[position]) for position in hospitals}


def _seats_of(outcome: Outcome) -> tuple[Any, Any]:
    """Each entry once for every seat of its position: the assignment of one to one knows no capacities."""
    seats = np.diff(outcome.seats.seat_from)[outcome.entries.position]
    entry = np.repeat(np.arange(len(seats)), seats)
    first = np.cumsum(seats) - seats
    return entry, outcome.seats.seat_from[outcome.entries.position[entry]] + np.arange(len(entry)) - first[entry]


def _scipy_total(outcome: Outcome, sparse: Any, graph: Any) -> int:
    entry, seat = _seats_of(outcome)
    persons, seats = len(outcome.held), int(outcome.seats.seat_from[-1])
    # A column of one's own for staying without, worth next to nothing: everybody has to be assigned.
    rows = np.concatenate((outcome.entries.person[entry], np.arange(persons)))
    columns = np.concatenate((seat, seats + np.arange(persons)))
    worth = np.concatenate((outcome.points[entry].astype(float) + 1, np.ones(persons)))
    table = sparse.csr_matrix((worth, (rows, columns)), shape=(persons, seats + persons))
    _, chosen = graph.min_weight_full_bipartite_matching(table, maximize=True)
    return int(table[np.arange(persons), chosen].sum() - persons)


def _flow_total(outcome: Outcome, flow: Any) -> int:
    persons, positions = len(outcome.held), outcome.market.positions
    source, sink, network = persons + positions, persons + positions + 1, flow.SimpleMinCostFlow()
    starts = np.concatenate(
        (np.full(persons, source), outcome.entries.person, persons + np.arange(positions), np.arange(persons))
    )
    ends = np.concatenate(
        (np.arange(persons), persons + outcome.entries.position, np.full(positions, sink), np.full(persons, sink))
    )
    seats = np.diff(outcome.seats.seat_from)
    capacity = np.concatenate((np.ones(persons), np.ones(len(outcome.points)), seats, np.ones(persons))).astype(np.int64)
    cost = np.concatenate((np.zeros(persons), -outcome.points, np.zeros(positions), np.zeros(persons))).astype(np.int64)
    network.add_arcs_with_capacity_and_unit_cost(starts, ends, capacity, cost)
    network.set_nodes_supplies(np.array([source, sink]), np.array([persons, -persons]))
    network.solve()
    return -int(network.optimal_cost())
