"""The matching service as its tests speak of it: news of trainees and positions comes in, placements go their way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import select

from services.matching.commands.placements import move_placement, propose
from services.matching.domain.placements import PlacementState
from services.matching.handlers import handlers
from services.matching.queries.placements import PlacementWhole
from services.matching.queries.placements import placement as whole_placement
from services.matching.tables import Placement, Seat
from shared import clock
from shared.auth.actor import Actor, Role
from shared.contracts.employers import CompanyRegistered, PositionEvent, PositionOpened, SeatEvent, SeatPosted
from shared.contracts.trainees import (
    CohortOpened,
    EnrolmentCompleted,
    EnrolmentEvent,
    TrainingStarted,
    UniversityRegistered,
)
from shared.db import Database
from shared.events.contract import Event
from shared.events.tables import outbox
from shared.ids import new_id

T = TypeVar("T")

TODAY = clock.today()
MANAGER = Actor("manager", frozenset({Role.PROGRAM_MANAGER}))
S = PlacementState
_WHY: dict[PlacementState, dict[str, str]] = {
    S.DECLINED: {"party": "trainee", "reason": "other_offer"},
    S.WITHDRAWN: {"party": "program", "reason": "other_offer"},
    S.EXPIRED: {"party": "program", "reason": "no_answer"},
    S.ENDED: {"party": "employer", "reason": "contract_over"},
    S.REVERSED: {"party": "employer", "reason": "never_started"},
}
_numbers = count(1_000_000_000)


def day(offset: int) -> date:
    """The day that many days after today."""
    return TODAY + timedelta(days=offset)


def employer(number: str) -> Actor:
    """Who acts for the company of that number."""
    return Actor(f"employer-{number}", frozenset({Role.EMPLOYER}), organisation=number)


def university(code: str) -> Actor:
    """Who acts for the university of that code."""
    return Actor(f"university-{code}", frozenset({Role.UNIVERSITY}), organisation=code)


@dataclass(frozen=True, slots=True)
class Trainee:
    """One enrolment in the news."""

    person_id: UUID
    enrolment_id: UUID
    cohort_id: UUID
    program_id: UUID
    university_id: UUID
    field: str

    def news(self, kind: type[EnrolmentEvent], *, on: date = TODAY, **said: Any) -> EnrolmentEvent:
        """A step of the enrolment."""
        return kind(
            enrolment_id=self.enrolment_id, person_id=self.person_id, cohort_id=self.cohort_id, program_id=self.program_id,
            university_id=self.university_id, field=self.field, effective_on=on, **said,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """One posting in the news."""

    position_id: UUID
    company_id: UUID
    content: dict[str, Any]
    seats: tuple[UUID, ...]

    def news(self, kind: type[PositionEvent], **said: Any) -> PositionEvent:
        """A step of the posting."""
        return kind(
            position_id=self.position_id, company_id=self.company_id, seats=len(self.seats), effective_on=TODAY,
            **{**self.content, **said},
        )  # fmt: skip

    def seat_news(self, kind: type[SeatEvent], seat_id: UUID | None = None, *, on: date = TODAY, **said: Any) -> SeatEvent:
        """A step of one of its seats: of the first unless told otherwise."""
        of_the_position = {name: self.content[name] for name in ("field", "kind", "region")}
        return kind(
            seat_id=seat_id or self.seats[0], position_id=self.position_id, company_id=self.company_id, origin="new",
            effective_on=on, **of_the_position, **said,
        )  # fmt: skip


class Market:
    """Commands, news and looks, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def do(self, command: Callable[..., T], *args: Any, **said: Any) -> T:
        return self.database.run(lambda session: command(session, *args, **said))

    def ask(self, query: Callable[..., T], *args: Any, **said: Any) -> T:
        with self.database.read() as session:
            return query(session, *args, **said)

    def news(self, *events: Event) -> None:
        """Let every handler of each event react to it."""
        for event in events:
            for handler in handlers.for_event(type(event)):
                self.do(handler, event)

    def university(self, code: str = "knu", *, region: str = "27") -> UUID:
        id_ = new_id()
        self.news(UniversityRegistered(university_id=id_, code=code, name_ko="가상대", name_en="Fictitious", region=region))
        return id_

    def company(self, number: str | None = None) -> tuple[UUID, str]:
        """A company and its business number."""
        id_, digits = new_id(), number or str(next(_numbers))
        self.news(
            CompanyRegistered(company_id=id_, business_number=digits, name_ko="가상로봇", name_en="Fictitious", region="27")
        )
        return id_, digits

    def cohort(self, *, training_ends_on: date, ends_on: date) -> UUID:
        id_ = new_id()
        self.news(
            CohortOpened(
                cohort_id=id_, program_id=new_id(), university_id=new_id(), code="c", field="robot", ordinal=1, capacity=30,
                applicants=None, applications_open_on=day(-400), applications_close_on=day(-390), starts_on=day(-380),
                training_ends_on=training_ends_on, ends_on=ends_on,
            )
        )  # fmt: skip
        return id_

    def enrolment(self, **said: Any) -> Trainee:
        """An enrolment that nobody has heard of yet."""
        ids = {name: new_id() for name in ("person_id", "enrolment_id", "cohort_id", "program_id", "university_id")}
        return Trainee(**{**ids, "field": "robot", **said})

    def trainee(self, **said: Any) -> Trainee:
        """Somebody in training."""
        found = self.enrolment(**said)
        self.news(found.news(TrainingStarted, on=day(-200)))
        return found

    def completer(self, *, on: date = TODAY, **said: Any) -> Trainee:
        """Somebody who completed."""
        found = self.trainee(**said)
        self.news(found.news(EnrolmentCompleted, on=on))
        return found

    def posting(self, *, seats: int = 1, company_id: UUID | None = None, **said: Any) -> Opening:
        """A posting that nobody has heard of yet."""
        content = {
            "title": "로봇 제어", "field": "robot", "kind": "permanent", "region": "27", "skills": [], "opens_on": day(-100),
            "closes_on": None, **said,
        }  # fmt: skip
        return Opening(new_id(), company_id or new_id(), content, tuple(new_id() for _ in range(seats)))

    def opening(self, *, seats: int = 1, **said: Any) -> Opening:
        """An open posting with its seats."""
        found = self.posting(seats=seats, **said)
        self.news(found.news(PositionOpened), *[found.seat_news(SeatPosted, seat_id) for seat_id in found.seats])
        return found

    def propose(self, trainee: Trainee, opening: Opening, **said: Any) -> Placement:
        given = {"on": day(-60), "by": MANAGER, **said}
        return self.do(propose, trainee_id=trainee.person_id, position_id=opening.position_id, **given)

    def move(self, placement: Placement, *path: PlacementState, **said: Any) -> Placement:
        """Lead a placement along `path`, with what an end needs."""
        for to in path:
            why = _WHY.get(to, {})
            placement = self.do(move_placement, placement.id, to=to, **{"by": MANAGER, "on": day(-50), **why, **said})
        return placement

    def placed(self, *path: PlacementState, **position: Any) -> Placement:
        """A placement of somebody new at a position of its own, led along `path`."""
        return self.move(self.propose(self.completer(), self.opening(**position)), *path)

    def read(self, placement: Placement, *, by: Actor = MANAGER) -> PlacementWhole:
        return self.ask(whole_placement, placement.id, by=by)

    def seat(self, seat_id: UUID) -> Seat:
        with self.database.read() as session:
            return session.get_one(Seat, seat_id)

    def events(self, placement: Placement) -> list[str]:
        """What was emitted about a placement, in order."""
        return [type_.removeprefix("kr.hustar.matching.placement.").removesuffix(".v1") for type_, _ in self._emitted(placement)]

    def happened(self, aggregate_id: UUID) -> list[str]:
        """What was emitted about anything, in order: `candidate.parked`."""
        statement = select(outbox.c.type).where(outbox.c.aggregateid == str(aggregate_id)).order_by(outbox.c.aggregateversion)
        with self.database.read() as session:
            return [type_.removeprefix("kr.hustar.matching.").removesuffix(".v1") for type_ in session.scalars(statement)]

    def contents(self, placement: Placement) -> list[dict[str, Any]]:
        """What was said in the events of a placement, in order."""
        return [orjson.loads(payload) for _, payload in self._emitted(placement)]

    def _emitted(self, placement: Placement) -> list[tuple[str, str]]:
        statement = select(outbox.c.type, outbox.c.payload).where(outbox.c.aggregateid == str(placement.id))
        with self.database.read() as session:
            return [(row.type, row.payload) for row in session.execute(statement.order_by(outbox.c.aggregateversion))]
