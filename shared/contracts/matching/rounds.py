"""Rounds of matching, from the draft to the close. Who was matched with whom is told by placements, once a person proposes it."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.matching.service import MatchingEvent


class RoundEvent(MatchingEvent):
    """Something that happened to a round. `optimal` is trainees or employers, `parent_id` the round whose rest it takes."""

    round_id: UUID
    parent_id: UUID | None
    seed: int
    optimal: str
    weights: str
    effective_on: date


class RoundDrafted(RoundEvent):
    """A round was written down.

    v1  first version
    """

    name: ClassVar[str] = "round.drafted"


class RoundRevised(RoundEvent):
    """A round's settings or rankings changed.

    v1  first version
    """

    name: ClassVar[str] = "round.revised"


class RoundReturned(RoundEvent):
    """A round is a draft again: its input and its result were given up.

    v1  first version
    """

    name: ClassVar[str] = "round.returned"


class RoundFrozen(RoundEvent):
    """A round's input was frozen, or a run failed and left it so.

    v1  first version
    """

    name: ClassVar[str] = "round.frozen"
    snapshot_hash: str
    trainees: int
    positions: int


class RoundStarted(RoundEvent):
    """A round is being run.

    v1  first version
    """

    name: ClassVar[str] = "round.started"


class RoundProposed(RoundEvent):
    """A round was run: its outcome waits for a person's decision. `verified`: the proof that is stored with it holds.

    v1  first version
    """

    name: ClassVar[str] = "round.proposed"
    snapshot_hash: str
    trainees: int
    placed: int
    seats: int
    unfilled: int
    average_rank: float | None
    verified: bool


class RoundPublished(RoundEvent):
    """A person decided that a round's outcome counts.

    v1  first version
    """

    name: ClassVar[str] = "round.published"


class RoundClosed(RoundEvent):
    """Nothing more comes of a round.

    v1  first version
    """

    name: ClassVar[str] = "round.closed"
