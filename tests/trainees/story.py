"""The trainees service as its tests speak of it: universities, cohorts, rosters, and people who go through them."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import delete, func, select

from services.trainees.commands.applications import apply_to_cohort
from services.trainees.commands.enrolments import move_enrolment
from services.trainees.commands.registry import create_program, open_cohort, register_university
from services.trainees.commands.roster.receiving import sync_rows
from services.trainees.domain.persons import PersonData
from services.trainees.domain.registry import ProgramKind
from services.trainees.domain.stages import EXITS, Stage
from services.trainees.handlers import handlers
from services.trainees.queries.roster.reports import SyncReport, report
from services.trainees.tables import Cohort, Enrolment, Program, StageStep, Table, University, metadata, rows_of
from shared import clock
from shared.auth.actor import Actor, Role
from shared.contracts.matching import PlacementEvent, PlacementOver
from shared.db import Database
from shared.events.contract import Event
from shared.events.tables import outbox
from shared.ids import new_id

T = TypeVar("T")

TODAY = clock.today()
LONG_AGO = date(2024, 1, 2)
MANAGER = Actor("manager", frozenset({Role.PROGRAM_MANAGER}))
HEADER = "학번,성명,생년월일,연락처,이메일"
_numbers = count(1)


def university_actor(code: str) -> Actor:
    """Who acts for the university of that code."""
    return Actor(f"university-{code}", frozenset({Role.UNIVERSITY}), organisation=code)


def day(offset: int) -> date:
    """The day that many days after LONG_AGO."""
    return LONG_AGO + timedelta(days=offset)


def somebody(name: str | None = None, **said: Any) -> PersonData:
    """A fictitious person, another one each time."""
    number = next(_numbers)
    given: dict[str, Any] = {
        "name": name or f"가상{number}",
        "birth_date": date(1998, 1, 1) + timedelta(days=number % 2000),
        "phone": f"+8210{20_000_000 + number}",
        "email": None,
    }
    return PersonData(**{**given, **said})


def roster(*rows: Sequence[object], header: str = HEADER) -> bytes:
    """A roster file of these rows."""
    return "\n".join([header, *[",".join(map(str, row)) for row in rows], ""]).encode()


def placement(news: type[PlacementEvent], /, *, person_id: UUID, placement_id: UUID, **said: Any) -> PlacementEvent:
    """The news of a placement of a person."""
    over = {"by": "trainee"} if issubclass(news, PlacementOver) else {}
    given: dict[str, Any] = {
        "placement_id": placement_id, "person_id": person_id, "enrolment_id": new_id(), "cohort_id": new_id(),
        "program_id": new_id(), "university_id": new_id(), "field_of_training": "robot", "position_id": new_id(),
        "company_id": new_id(), "seat_id": new_id(), "field": "robot", "kind": "permanent", "origin": "new",
        "workplace_region": "27", "evidence_grade": 1, "effective_on": TODAY,
    }  # fmt: skip
    return news(**{**given, **over, **said})


def emptied(database: Database) -> Database:
    """The database with nothing in it."""
    with database.write() as session:
        for table in reversed(metadata.sorted_tables):
            session.execute(delete(table))
    return database


class Story:
    """Commands, news and looks, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def do(self, command: Callable[..., T], *args: Any, **said: Any) -> T:
        return self.database.run(lambda session: command(session, *args, **said))

    def university(self, code: str = "knu") -> University:
        return self.do(register_university, code=code, name_ko="가상대학교", name_en="Fictitious University", region="27")

    def program(self, university_id: UUID | None = None, *, internship_months: int = 3, **said: Any) -> Program:
        given: dict[str, Any] = {
            "code": f"p{next(_numbers)}", "name_ko": "혁신아카데미", "name_en": "Academy", "kind": ProgramKind.ACADEMY,
            "field": "robot", "training_months": 5, "internship_months": internship_months, "goals": ["hustar.talents"],
        }  # fmt: skip
        return self.do(create_program, university_id or self.university().id, **{**given, **said})

    def cohort(self, program_id: UUID | None = None, *, capacity: int = 30, **said: Any) -> Cohort:
        """A cohort of a program, which is one of its own if none is named."""
        number = next(_numbers)
        given: dict[str, Any] = {
            "code": f"c{number}", "ordinal": number, "capacity": capacity, "applicants": None,
            "applications_open_on": day(0), "applications_close_on": day(20), "starts_on": day(60),
            "training_ends_on": day(210), "ends_on": day(300),
        }  # fmt: skip
        return self.do(open_cohort, program_id or self.program().id, **{**given, **said})

    def cohorts(self, number: int) -> list[Cohort]:
        """So many cohorts of one program."""
        program = self.program()
        return [self.cohort(program.id) for _ in range(number)]

    def applicant(self, cohort_id: UUID, person: PersonData | None = None, **said: Any) -> Enrolment:
        given: dict[str, Any] = {"person": person or somebody(), "by": MANAGER, "applied_on": LONG_AGO}
        return self.do(apply_to_cohort, cohort_id, **{**given, **said})

    def move(self, enrolment_id: UUID, *path: Stage, on: date = LONG_AGO, **said: Any) -> Enrolment:
        """Lead an enrolment through `path`; exits that need a reason get one."""
        moved = self.enrolment(enrolment_id)
        for stage in path:
            needs_one = stage in EXITS
            given = {"to": stage, "by": MANAGER, "effective_on": on, "reason": "personal" if needs_one else None, **said}
            moved = self.do(move_enrolment, enrolment_id, **given)
        return moved

    def sync(self, cohort: Cohort, content: bytes, *, by: Actor = MANAGER, dry_run: bool = False) -> SyncReport:
        def unit(session: Any) -> SyncReport:
            sync = sync_rows(session, cohort.university_id, [cohort.id], content, by=by, dry_run=dry_run)
            return report(session, sync, language="en")

        return self.database.run(unit)

    def news(self, event: Event) -> None:
        """Let every handler of the event react to it."""
        for handler in handlers.for_event(type(event)):
            self.do(handler, event)

    def enrolment(self, enrolment_id: UUID) -> Enrolment:
        with self.database.read() as session:
            return session.get_one(Enrolment, enrolment_id)

    def steps(self, enrolment_id: UUID) -> list[StageStep]:
        statement = select(StageStep).where(StageStep.enrolment_id == enrolment_id)  # type: ignore[arg-type]
        with self.database.read() as session:
            return sorted(session.scalars(statement), key=lambda step: step.version)

    def count(self, model: type[Table]) -> int:
        with self.database.read() as session:
            return session.scalars(select(func.count()).select_from(rows_of(model))).one()

    def rows(self, model: type[Table]) -> list[dict[str, Any]]:
        """Everything that a table holds, in the order of its key."""
        table = rows_of(model)
        with self.database.read() as session:
            return [dict(row) for row in session.execute(select(table).order_by(*table.primary_key)).mappings()]

    def events(self, aggregate_id: UUID | None = None) -> list[str]:
        """The names of what was emitted about one thing, in order; about everything, but not that a roster is through."""
        return [name for name in self._names(aggregate_id) if aggregate_id is not None or name != "roster_sync.settled"]

    def _names(self, aggregate_id: UUID | None) -> list[str]:
        return [type_.removeprefix("kr.hustar.trainees.").removesuffix(".v1") for type_, _ in self._emitted(aggregate_id)]

    def contents(self, aggregate_id: UUID) -> list[dict[str, Any]]:
        """What was said in the events of one thing, in order."""
        return [orjson.loads(payload) for _, payload in self._emitted(aggregate_id)]

    def _emitted(self, aggregate_id: UUID | None) -> list[tuple[str, str]]:
        statement = select(outbox.c.type, outbox.c.payload).order_by(outbox.c.seq)
        if aggregate_id is not None:
            statement = statement.where(outbox.c.aggregateid == str(aggregate_id))
        with self.database.read() as session:
            return [(row.type, row.payload) for row in session.execute(statement)]
