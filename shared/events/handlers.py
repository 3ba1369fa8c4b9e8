"""Who reacts to what: a service's table of reactions to the events of others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.db import WriteSession
from shared.eventlog.port import Record
from shared.events.contract import Event
from shared.events.envelope import Envelope

E = TypeVar("E", bound=Event)
Handler = Callable[[WriteSession, Any], None]


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event that arrived: what was said, the envelope around it, and the record that carried it."""

    event: Event
    envelope: Envelope
    record: Record


Projector = Callable[[WriteSession, Sequence[Delivery], int], None]
Preparation = Callable[[WriteSession, Sequence[Event]], None]


class Handlers:
    """Handlers react to one event each; a projector takes whole batches and writes one generation of a projection."""

    def __init__(self) -> None:
        self._by_event: dict[type[Event], list[Handler]] = {}
        self._projectors: list[Projector] = []
        self._preparations: list[Preparation] = []
        self._projected: set[str] = set()

    def on(self, event: type[E]) -> Callable[[Callable[[WriteSession, E], None]], Callable[[WriteSession, E], None]]:
        """Call the decorated function with each `event`. It never commits, publishes or talks HTTP."""

        def register(handler: Callable[[WriteSession, E], None]) -> Callable[[WriteSession, E], None]:
            self._by_event.setdefault(event, []).append(handler)
            return handler

        return register

    def before_each_batch(self, preparation: Preparation) -> Preparation:
        """Call the decorated function with a batch's events before the first is handled.

        It takes the locks that the handlers will need, in one order: consumers that meet the same rows in different orders
        would lock each other out.
        """
        self._preparations.append(preparation)
        return preparation

    def project(self, *aggregate_types: str) -> Callable[[Projector], Projector]:
        """Call the decorated function with every accepted batch of these aggregates' events, and the generation to write."""

        def register(projector: Projector) -> Projector:
            self._projectors.append(projector)
            self._projected.update(aggregate_types)
            return projector

        return register

    @property
    def aggregate_types(self) -> frozenset[str]:
        """The aggregates whose topics these handlers need."""
        return frozenset({event.aggregate_type() for event in self._by_event} | self._projected)

    @property
    def rebuildable(self) -> bool:
        """Whether everything here is a projection, so that a replay from the start can build it anew."""
        return bool(self._projectors) and not self._by_event

    def for_event(self, event: type[Event]) -> Sequence[Handler]:
        return self._by_event.get(event, ())

    @property
    def projectors(self) -> Sequence[Projector]:
        return self._projectors

    @property
    def preparations(self) -> Sequence[Preparation]:
        return self._preparations
