"""`python -m tests.benchmarks.city_round TRAINEES POSITIONS SIDE FOLDER`: one round, or its floor, in a process of its own.

Prints how many seconds it took once warm, and the most memory that the process ever held, in MiB.
"""

import resource
import sys
from pathlib import Path
from time import perf_counter

from services.matching.domain.market import engine
from services.matching.domain.market.encoding import encode
from services.matching.domain.market.weights import View, known_weights
from services.matching.domain.rounds.problem import Problem
from services.matching.domain.rounds.settings import RoundSettings
from services.matching.domain.rounds.solving import solve
from tests.benchmarks.floors.scoring import score_all
from tests.matching.cities import TODAY, city

_FEW = 300


def main(trainees: int, positions: int, side: str, folder: Path) -> None:
    """Compile, which is not counted, and run once."""
    engine.keep_in(folder)
    engine.warm()
    run = _ours if side == "ours" else _floor
    run(Problem(TODAY, *city(_FEW, _FEW)))
    seconds = run(Problem(TODAY, *city(trainees, positions)))
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _ours(problem: Problem) -> float:
    started = perf_counter()
    solve(problem, RoundSettings(seed=7))
    return perf_counter() - started


def _floor(problem: Problem) -> float:
    market = encode(problem.candidates, problem.openings, on=TODAY)
    started = perf_counter()
    score_all(market, known_weights().column(View.TRAINEE))
    return perf_counter() - started


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
