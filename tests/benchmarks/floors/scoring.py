"""The least that scoring a city can be: one compiled loop over all pairs, skills and three small tables, the best kept."""

from functools import cache
from typing import Any

import numpy as np

from services.matching.domain.market.columns import P_FIELD, P_KIND, P_REGION, T_FIELD, Market
from services.matching.domain.market.engine import shared


def score_all(market: Market, weights: Any) -> Any:
    """The highest score of every trainee, over every position, on two threads."""
    best = np.zeros(market.trainees, np.int32)
    held = np.zeros((market.trainees, int(market.held_skill.max(initial=0)) + 1), np.int32)
    rows = np.repeat(np.arange(market.trainees), np.diff(market.held_from))
    held[rows, market.held_skill] = market.held_level
    held = np.pad(held, ((0, 0), (0, int(market.asked_skill.max(initial=0)) + 1)))
    loop = _loop()
    position = np.ascontiguousarray(market.position[:, [P_FIELD, P_KIND, P_REGION]])
    asked = (market.asked_from, market.asked_skill, market.asked_share)
    trained = np.ascontiguousarray(market.trainee[:, T_FIELD])
    shared(
        lambda first, last: loop(first, last, trained, position, held, *asked, market.close_fields, weights, best),
        market.trainees,
    )
    return best


@cache
def _loop() -> Any:
    import numba

    @numba.njit(nogil=True)
    def loop(first, last, trained, position, held, asked_from, asked_skill, asked_share, close, weights, best):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0917
        for trainee in range(first, last):
            highest = 0
            for place in range(len(position)):
                score = weights[0] * close[trained[trainee], position[place, 0]] + position[place, 1] + position[place, 2]
                for demand in range(asked_from[place], asked_from[place + 1]):
                    if held[trainee, asked_skill[demand]] > 0:
                        score += weights[1] * asked_share[demand]
                highest = max(highest, score)
            best[trainee] = highest

    return loop
