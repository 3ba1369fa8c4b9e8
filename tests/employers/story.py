"""The employers service as its tests speak of it: companies that open positions, and placements that come and go."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import select

from services.employers import commands, queries
from services.employers.domain.agreements import AgreementState
from services.employers.domain.business_number import check_digit
from services.employers.domain.offers import Per
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.handlers import handlers
from services.employers.tables import Agreement, Company, Position
from shared import clock
from shared.auth.actor import Actor, Role
from shared.contracts.matching import PlacementEvent, PlacementOver
from shared.db import Database
from shared.events.tables import outbox
from shared.ids import new_id

T = TypeVar("T")
P = TypeVar("P", bound=PlacementEvent)

TODAY = clock.today()
MANAGER = Actor("manager", frozenset({Role.PROGRAM_MANAGER}))
_numbers = count(100_000_000)


def business_number() -> str:
    """Ten digits with a right check digit, others each time."""
    nine = str(next(_numbers))
    return nine + str(check_digit(nine))


def employer(number: str) -> Actor:
    """Who acts for the company of that number."""
    return Actor(f"employer-{number}", frozenset({Role.EMPLOYER}), organisation=number)


def day(offset: int) -> date:
    """The day that many days after today."""
    return TODAY + timedelta(days=offset)


OPENED = day(-10)


def placement(kind: type[P], *, seat_id: UUID | None, placement_id: UUID, on: date = TODAY) -> P:
    """The news of a placement that names a seat."""
    over = {"by": "trainee"} if issubclass(kind, PlacementOver) else {}
    return kind(
        placement_id=placement_id, person_id=new_id(), enrolment_id=new_id(), cohort_id=new_id(), program_id=new_id(),
        university_id=new_id(), field_of_training="robot", position_id=new_id(), company_id=new_id(), seat_id=seat_id,
        field="robot", kind="permanent", origin="new", workplace_region="27", evidence_grade=None, effective_on=on, **over,
    )  # fmt: skip


class Story:
    """Commands, news and looks, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def do(self, command: Callable[..., T], *args: Any, **said: Any) -> T:
        return self.database.run(lambda session: command(session, *args, **said))

    def company(self, number: str | None = None) -> Company:
        return self.do(
            commands.register_company, business_number=number or business_number(), name_ko="가상로봇",
            name_en="Fictitious Robot", region="27", by=MANAGER,
        )  # fmt: skip

    def agreement(
        self, company_id: UUID, *path: AgreementState, starts_on: date = day(-30), ends_on: date = day(30)
    ) -> Agreement:
        """An agreement led through `path`, which is straight to being active if nothing else is said."""
        agreement = self.do(commands.draft_agreement, company_id, starts_on=starts_on, ends_on=ends_on, by=MANAGER)
        for state in path or (AgreementState.ACTIVE,):
            agreement = self.do(commands.move_agreement, company_id, agreement.id, to=state, by=MANAGER)
        return agreement

    def draft(self, company_id: UUID, *, seats: int = 3, **said: Any) -> Position:
        given: dict[str, Any] = {
            "company_id": company_id, "title": "로봇 제어", "field": "robot", "kind": PositionKind.PERMANENT, "seats": seats,
            "region": "27", "skills": ["ROS", "C++"], "opens_on": day(-30), "by": MANAGER,
            "salary": {"lowest": 36_000_000, "highest": None, "per": Per.YEAR}, "working_hours": {"weekly": 40},
        }  # fmt: skip
        if said.get("kind", PositionKind.PERMANENT) is not PositionKind.PERMANENT:
            given["duration_months"] = 3
        return self.do(commands.draft_position, **{**given, **said})

    def opened(self, *, seats: int = 3, company_id: UUID | None = None, **said: Any) -> Position:
        """A position, open since OPENED, of a company with an active agreement."""
        if company_id is None:
            company_id = self.company().id
            self.agreement(company_id)
        position = self.draft(company_id, seats=seats, **said)
        self.move(position.id, PositionState.IN_REVIEW, effective_on=OPENED)
        return self.move(position.id, PositionState.OPEN, effective_on=OPENED)

    def move(self, position_id: UUID, to: PositionState, **said: Any) -> Position:
        return self.do(commands.move_position, position_id, to=to, **{"by": MANAGER, **said})

    def revise(self, position_id: UUID, *, by: Actor = MANAGER, **changes: Any) -> Position:
        return self.do(commands.revise_position, position_id, expected=None, by=by, **changes)

    def news(self, event: PlacementEvent) -> None:
        """Let every handler of the event react to it."""
        for handler in handlers.for_event(type(event)):
            self.do(handler, event)

    def position(self, position_id: UUID) -> dict[str, Any]:
        with self.database.read() as session:
            return queries.position(session, position_id, by=MANAGER)

    def counts(self, position_id: UUID) -> dict[str, int]:
        """The seats by state, of those states that have any."""
        return {state: number for state, number in self.position(position_id)["seat_counts"].items() if number}

    def seats(self, position_id: UUID) -> list[queries.SeatTruth]:
        return [seat for seat in self.all_seats() if seat.position_id == position_id]

    def all_seats(self) -> list[queries.SeatTruth]:
        with self.database.read() as session:
            return queries.ground_truth(session)

    def events(self, aggregate_id: UUID | None = None) -> list[str]:
        """The names of what was emitted, about everything or one thing, in order."""
        return [type_.removeprefix("kr.hustar.employers.").removesuffix(".v1") for type_, _ in self._emitted(aggregate_id)]

    def contents(self, aggregate_id: UUID) -> list[dict[str, Any]]:
        """What was said in the events of one thing, in order."""
        return [orjson.loads(payload) for _, payload in self._emitted(aggregate_id)]

    def _emitted(self, aggregate_id: UUID | None) -> list[tuple[str, str]]:
        statement = select(outbox.c.type, outbox.c.payload).order_by(outbox.c.seq)
        if aggregate_id is not None:
            statement = statement.where(outbox.c.aggregateid == str(aggregate_id))
        with self.database.read() as session:
            return [(row.type, row.payload) for row in session.execute(statement)]
