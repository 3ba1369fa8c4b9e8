"""The life of a round: written down, frozen, run, proposed, published by a person, closed."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.errors import N_, Conflict, IllegalMove


class RoundState(StrEnum):
    DRAFT = "draft"
    FROZEN = "frozen"
    RUNNING = "running"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    CLOSED = "closed"


MOVES: Final[Mapping[RoundState, frozenset[RoundState]]] = MappingProxyType({
    RoundState.DRAFT: frozenset({RoundState.FROZEN, RoundState.CLOSED}),
    RoundState.FROZEN: frozenset({RoundState.DRAFT, RoundState.RUNNING, RoundState.CLOSED}),
    RoundState.RUNNING: frozenset({RoundState.PROPOSED, RoundState.FROZEN}),
    RoundState.PROPOSED: frozenset({RoundState.DRAFT, RoundState.PUBLISHED, RoundState.CLOSED}),
    RoundState.PUBLISHED: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset(),
})  # fmt: skip
BY_PERSONS: Final = frozenset({RoundState.DRAFT, RoundState.FROZEN, RoundState.RUNNING, RoundState.PUBLISHED, RoundState.CLOSED})
"""What somebody may ask for. A round is proposed by its run, and a run that fails is frozen again by itself."""
WITH_RESULT: Final = frozenset({RoundState.PROPOSED, RoundState.PUBLISHED, RoundState.CLOSED})
SHOWN_TO_ALL: Final = frozenset({RoundState.PUBLISHED, RoundState.CLOSED})
"""Organisations see what concerns them once somebody has decided to publish it."""


class NotADraft(Conflict):
    code = "round_not_draft"
    title = N_("The round is not a draft")
    detail = N_("Settings and rankings can be changed while a round is a draft. Bring it back to draft first.")


class NoResult(Conflict):
    code = "round_without_result"
    title = N_("The round has no result")
    detail = N_("The round was not run, or its result was given up.")


class NotPublished(Conflict):
    code = "round_not_published"
    title = N_("The round is not published")
    detail = N_("Placements are proposed from a published round.")


def move(current: RoundState, target: RoundState) -> RoundState:
    """Return `target`, or refuse. The only way a round's state may change."""
    if target not in MOVES[current]:
        raise IllegalMove(N_("A round"), current, target, legal=MOVES[current])
    return target


def asked_for(current: RoundState, target: RoundState) -> RoundState:
    """The same for what a person asks for."""
    legal = frozenset() if current is RoundState.RUNNING else MOVES[current] & BY_PERSONS
    if target not in legal:
        raise IllegalMove(N_("A round"), current, target, legal=legal)
    return move(current, target)
