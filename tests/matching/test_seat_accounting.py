"""Seats add up whatever happens in whatever order, with the real employers service at the other end of the line.

Two databases and the news between them: a script proposes, moves, closes and opens, and lets news arrive late and
overtaking each other, as far as the log allows it: only what happened to one thing arrives in its order.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

import services.employers.app
import services.matching.app
from services.employers.domain.positions import CloseReason, PositionState
from services.employers.tables import Seat as SeatThere
from services.matching.commands.placements import propose
from services.matching.domain.placements import HOLDS_SEAT, PlacementState
from services.matching.tables import Placement, Seat
from shared.db import Database, WriteSession
from shared.db.migrations import migrate
from shared.errors import Conflict
from shared.events.contract import Event, event_class
from shared.events.handlers import Handler
from shared.events.tables import outbox
from shared.service import ServiceDefinition
from tests.employers.story import Story
from tests.matching.market import MANAGER, Market, S

SEATS = 2
PEOPLE = 4
WITHOUT_SHRINKING = [Phase.explicit, Phase.generate]  # making a failure smaller takes minutes on real databases
ONWARDS = {S.PROPOSED: S.OFFERED, S.OFFERED: S.ACCEPTED, S.ACCEPTED: S.STARTED, S.STARTED: S.ENDED}


class Line:
    """The news of one service on its way to the other: in order for each thing, in any order between things."""

    def __init__(self, source: Database, service: ServiceDefinition, target: Database) -> None:
        self._source, self._service, self._target = source, service, target
        self._read = 0
        self.waiting: dict[str, list[Event]] = {}

    def look(self) -> list[str]:
        """The things of which there is news."""
        with self._source.read() as session:
            for row in session.execute(outbox.select().where(outbox.c.seq > self._read).order_by(outbox.c.seq)):
                event = event_class(row.type).model_validate_json(row.payload)
                self.waiting.setdefault(row.aggregateid, []).append(event)
                self._read = row.seq
        return sorted(thing for thing, events in self.waiting.items() if events)

    def deliver(self, thing: str) -> None:
        """Let the next news of one thing arrive."""
        event = self.waiting[thing].pop(0)
        for handler in self._service.handlers.for_event(type(event)):
            self._target.run(partial(_react, handler, event))

    def drain(self) -> int:
        """Let everything arrive, and say how much that was."""
        count = 0
        while things := self.look():
            for thing in things:
                self.deliver(thing)
                count += 1
        return count


def _react(handler: Handler, event: Event, session: WriteSession) -> None:
    handler(session, event)


class Town:
    """Both services, one position with seats, a few people."""

    def __init__(self, folder: Path) -> None:
        here = self._open(folder / "matching.db", services.matching.app.service)
        there = self._open(folder / "employers.db", services.employers.app.service)
        self.databases = (here, there)
        self.market, self.story = Market(here), Story(there)
        self.to_employers = Line(here, services.employers.app.service, there)
        self.to_matching = Line(there, services.matching.app.service, here)

    @staticmethod
    def _open(path: Path, service: ServiceDefinition) -> Database:
        database = Database(f"sqlite:///{path}", service=service.name)
        migrate(database, service.migrations)
        return database

    def drain(self) -> None:
        while self.to_employers.drain() + self.to_matching.drain():
            pass


class Play:
    """One position with its seats, a few people, and what the script makes of them."""

    def __init__(self, town: Town) -> None:
        self.town = town
        town.drain()
        self.position_id = town.story.opened(seats=SEATS).id
        town.drain()
        self.people = [town.market.completer() for _ in range(PEOPLE)]
        for number in range(PEOPLE):
            self.put_forward(number)

    def put_forward(self, number: int) -> None:
        person_id = self.people[number % PEOPLE].person_id
        with suppress(Conflict):
            self.town.market.do(propose, trainee_id=person_id, position_id=self.position_id, by=MANAGER)

    def go_on(self, number: int) -> None:
        found = [placement for placement in self.placements() if placement.state in ONWARDS]
        self._try(found, number, lambda placement: ONWARDS[placement.state])

    def fall_through(self, number: int) -> None:
        found = [placement for placement in self.placements() if placement.state in {S.OFFERED, S.ACCEPTED}]
        self._try(found, number, lambda _: (S.DECLINED, S.WITHDRAWN, S.EXPIRED)[number % 3])

    def try_anything(self, number: int) -> None:
        self._try(self.placements(), number, lambda _: list(PlacementState)[number % len(PlacementState)])

    def hear_there(self, number: int) -> None:
        self._hear(self.town.to_employers, number)

    def hear_here(self, number: int) -> None:
        self._hear(self.town.to_matching, number)

    def close(self, number: int) -> None:
        reason = (CloseReason.LAPSED, CloseReason.WITHDRAWN)[number % 2]
        with suppress(Conflict):
            self.town.story.move(self.position_id, PositionState.CLOSED, reason=reason)

    def open_again(self, _number: int) -> None:
        with suppress(Conflict):
            self.town.story.move(self.position_id, PositionState.OPEN)

    def placements(self) -> list[Placement]:
        with self.town.market.database.read() as session:
            mine = select(Placement).where(Placement.position_id == self.position_id)
            return list(session.exec(mine.order_by(col(Placement.id))))

    def seats(self) -> list[Seat]:
        with self.town.market.database.read() as session:
            return list(session.exec(select(Seat).where(Seat.position_id == self.position_id)))

    def seats_there(self) -> dict[UUID, tuple[str, UUID | None]]:
        with self.town.story.database.read() as session:
            found = session.exec(select(SeatThere).where(SeatThere.position_id == self.position_id))
            return {seat.id: (seat.state.value, seat.placement_id) for seat in found}

    def _try(self, found: list[Placement], number: int, target: Callable[[Placement], PlacementState]) -> None:
        if not found:
            return
        placement = found[number % len(found)]
        try:
            self.town.market.move(placement, target(placement), on=None)
        except Conflict:
            assert self.town.market.read(placement).placement.version == placement.version

    @staticmethod
    def _hear(line: Line, number: int) -> None:
        things = line.look()
        if things:
            line.deliver(things[number % len(things)])


Action = Callable[[Play, int], None]
ALWAYS: Sequence[Action] = (
    Play.put_forward,
    Play.go_on,
    Play.go_on,
    Play.fall_through,
    Play.try_anything,
    Play.hear_there,
    Play.hear_here,
)
CHANGING: Sequence[Action] = (*ALWAYS, Play.close, Play.open_again)


def check_on_the_way(play: Play, *, steady: bool) -> None:
    """Nobody holds two seats and no seat two people; every offer has its seat."""
    holders = {p.id: p for p in play.placements() if p.state in HOLDS_SEAT}
    held = {seat.placement_id: seat.seat_id for seat in play.seats() if seat.placement_id is not None}
    assert held.items() <= {id_: placement.seat_id for id_, placement in holders.items()}.items()
    without = [placement.state for id_, placement in holders.items() if id_ not in held]
    assert set(without) <= (set() if steady else {S.STARTED}), "only a job that began goes on without a seat"


def check_when_all_is_heard(play: Play, *, steady: bool) -> None:
    """Both services tell the same story of every seat, and every step is on record."""
    there = play.seats_there()
    for seat in play.seats():
        state, holder = there[seat.seat_id]
        assert seat.state.value == state
        assert seat.placement_id in {None, holder}, "what is held here is held there"
        if state == "open":
            assert (seat.placement_id, seat.released_by) == (None, None), "an open seat waits for nobody"
    found = [play.town.market.read(placement) for placement in play.placements()]
    assert all([step.version for step in each.steps] == list(range(1, each.placement.version + 1)) for each in found)
    reasons = [step.reason for whole in found for step in whole.steps]
    assert not steady or "seat_unavailable" not in reasons, "an offer overtook the end of the one before it"


def scripts(actions: Sequence[Action]) -> st.SearchStrategy[list[tuple[Action, int]]]:
    return st.lists(st.tuples(st.sampled_from(actions), st.integers(0, 11)), min_size=25, max_size=35)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town for all scripts: each has a position and people of its own."""
    town = Town(tmp_path_factory.mktemp("town"))
    yield town
    for database in town.databases:
        database.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("steady", [True, False], ids=["a steady company", "one that closes and opens"])
def test_seats_add_up_whatever_happens_in_whatever_order(town: Town, steady: bool) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=WITHOUT_SHRINKING)
    @given(script=scripts(ALWAYS if steady else CHANGING))
    def play_through(script: list[tuple[Action, int]]) -> None:
        play = Play(town)
        for action, number in script:
            action(play, number)
            check_on_the_way(play, steady=steady)
        town.drain()
        check_on_the_way(play, steady=steady)
        check_when_all_is_heard(play, steady=steady)

    play_through()
