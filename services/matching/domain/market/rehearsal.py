"""Runs every compiled loop once on a market of two, so that nothing is left to compile when it counts."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.matching.domain.candidates import Stage
from services.matching.domain.market.acceptance import NOBODY, Lists, Seats, room_for
from services.matching.domain.market.columns import FULL
from services.matching.domain.market.components import COMPONENTS
from services.matching.domain.market.encoding import encode
from services.matching.domain.market.layout import lay_out
from services.matching.domain.market.search import scratch_for
from services.matching.domain.market.sides import CandidateSide, Demand, OpeningSide
from services.matching.domain.numbers import np
from services.matching.domain.openings import Kind, OpeningState

_DAY = date(2026, 1, 1)
_ONE = UUID(int=1)


def rehearse(engine: Any) -> None:
    """Call each loop with arguments of the types that it will meet."""
    trainee = CandidateSide(_ONE, _ONE, "ict", Stage.COMPLETED, _DAY, _DAY, "27", held=False, skills={"C++": 3})
    position = OpeningSide(
        _ONE, _ONE, "", "ict", Kind.PERMANENT, "27", OpeningState.OPEN, _DAY, None, 1, demands=(Demand("C++", 2, must=True),)
    )
    market = encode([trainee], [position], on=_DAY)
    zero, both = np.zeros(1, np.int32), np.array([0, 1], np.int32)
    weights = np.full(len(COMPONENTS), FULL // len(COMPONENTS), np.int32)
    layout = lay_out(market, zero, weights, standing=zero)
    keys = np.zeros((1, 2), np.int64)
    engine.best_positions(market, layout, weights, scratch_for(layout), 0, 1, keys)
    engine.score_pairs(market, weights, zero, zero, 0, 1, np.zeros(1, np.int32))
    engine.rules_broken(market, zero, zero, 0, 1, np.zeros(1, np.int32))
    lists = Lists(both, zero, zero, zero, both, zero)
    seats = Seats(both, zero, np.zeros((1, 1), np.int32), np.ones((1, 1), np.int32), 1)
    for loop in (engine.trainees_propose, engine.positions_propose):
        held = np.full(1, NOBODY, np.int32)
        loop(lists, seats, room_for(lists, seats), held)
        assert keys[0, 0] > 0
        assert held[0] == 0
