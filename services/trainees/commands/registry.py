"""Universities, programs and cohorts: set up, and for cohorts changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.commands.locks import locked_cohort
from services.trainees.commands.waiting_list import move_up
from services.trainees.domain.registry import CodeTaken, ProgramKind, check_capacity, check_cohort_dates
from services.trainees.domain.rules import Conditions, Rules
from services.trainees.queries.places import held_places
from services.trainees.queries.rules import newest_rules, rules_of
from services.trainees.tables import Cohort, Program, ProgramRules, University
from shared.auth.actor import Actor
from shared.clock import today
from shared.contracts.trainees import CohortChanged, CohortOpened, ProgramCreated, ProgramRulesChanged, UniversityRegistered
from shared.db import WriteSession
from shared.errors import N_, NotFound
from shared.events.outbox import emit
from shared.versions import check_version

SYSTEM: Final = Actor.system("trainees")


def register_university(session: WriteSession, *, code: str, name_ko: str, name_en: str, region: str) -> University:
    """A university that may send rosters from now on. Raises CodeTaken."""
    if session.scalars(select(University).where(col(University.code) == code)).first() is not None:
        raise CodeTaken(what=N_("university"))
    university = University(code=code, name_ko=name_ko, name_en=name_en, region=region)
    session.add(university)
    event = UniversityRegistered(university_id=university.id, code=code, name_ko=name_ko, name_en=name_en, region=region)
    emit(session, university, event)
    return university


def create_program(
    session: WriteSession,
    university_id: UUID,
    *,
    code: str,
    name_ko: str,
    name_en: str,
    kind: ProgramKind,
    field: str,
    training_months: int,
    internship_months: int,
    goals: list[str],
    conditions: Conditions | None = None,
    by: Actor = SYSTEM,
) -> Program:
    """A kind of training of a university, with the first version of its rules. Raises NotFound, CodeTaken."""
    if session.get(University, university_id) is None:
        raise NotFound(N_("university"))
    same = select(Program).where(col(Program.university_id) == university_id, col(Program.code) == code)
    if session.scalars(same).first() is not None:
        raise CodeTaken(what=N_("program"))
    program = Program(
        university_id=university_id,
        code=code,
        name_ko=name_ko,
        name_en=name_en,
        kind=kind,
        field=field,
        training_months=training_months,
        internship_months=internship_months,
        goals=goals,
        rules_version=1,
    )
    session.add(program)
    rules = _rules_for(program, conditions or Conditions())
    session.flush()
    session.add(_version(program, rules, by=by, reason=None))
    emit(session, program, ProgramCreated.model_validate(_of_program(program, rules)))
    return program


def change_rules(
    session: WriteSession,
    program_id: UUID,
    *,
    conditions: Conditions,
    by: Actor,
    changes: Mapping[str, Any],
    reason: str | None = None,
    expected_version: int | None = None,
) -> ProgramRules:
    """The next version of a program's rules: `conditions` whole, and of field, durations and goals those in `changes`.

    Cohorts keep what they opened under. Raises NotFound, Stale.
    """
    statement = select(Program).where(col(Program.id) == program_id).with_for_update()
    program = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if program is None:
        raise NotFound(N_("program"))
    check_version(program, expected_version)
    if program.rules_version is None:  # from before rules had versions: what held until now is the first one
        session.add(_version(program, newest_rules(session, program), by=SYSTEM, reason=None, number=1))
        program.rules_version = 1
    for name, value in changes.items():
        setattr(program, name, value)
    program.rules_version += 1
    rules = _rules_for(program, conditions)
    version = _version(program, rules, by=by, reason=reason)
    session.add(version)
    emit(session, program, ProgramRulesChanged.model_validate({**_of_program(program, rules), "reason": reason}))
    return version


def _rules_for(program: Program, conditions: Conditions) -> Rules:
    of_program = {name: getattr(program, name) for name in ("field", "training_months", "internship_months", "goals")}
    return Rules.model_validate({**conditions.model_dump(), **of_program})


def _version(program: Program, rules: Rules, *, by: Actor, reason: str | None, number: int | None = None) -> ProgramRules:
    stored = rules.model_dump(mode="json")
    version = number or program.rules_version or 1
    return ProgramRules(program_id=program.id, version=version, rules=stored, actor=by.subject, reason=reason)


def _of_program(program: Program, rules: Rules) -> dict[str, Any]:
    return {"program_id": program.id, **program.model_dump(exclude={"version"}), "rules": rules.model_dump(mode="json")}


def open_cohort(
    session: WriteSession,
    program_id: UUID,
    *,
    code: str,
    ordinal: int,
    capacity: int,
    applicants: int | None,
    applications_open_on: date,
    applications_close_on: date,
    starts_on: date,
    training_ends_on: date,
    ends_on: date,
) -> Cohort:
    """A run of a program. Raises NotFound, CodeTaken, and Invalid for dates that run backwards."""
    program = session.get(Program, program_id)
    if program is None:
        raise NotFound(N_("program"))
    _refuse_second(session, program_id, code=code, ordinal=ordinal)
    rules = newest_rules(session, program)
    cohort = Cohort(
        program_id=program_id,
        university_id=program.university_id,
        code=code,
        field=program.field,
        internship_months=program.internship_months,
        ordinal=ordinal,
        capacity=capacity,
        applicants=applicants,
        applications_open_on=applications_open_on,
        applications_close_on=applications_close_on,
        starts_on=starts_on,
        training_ends_on=training_ends_on,
        ends_on=ends_on,
        rules_version=program.rules_version,
        rules=rules.model_dump(mode="json"),
    )
    check_cohort_dates(cohort)
    session.add(cohort)
    emit(session, cohort, CohortOpened.model_validate(_content(cohort)))
    return cohort


def _refuse_second(session: WriteSession, program_id: UUID, *, code: str, ordinal: int) -> None:
    of_program = col(Cohort.program_id) == program_id
    same = select(Cohort).where(of_program, (col(Cohort.code) == code) | (col(Cohort.ordinal) == ordinal))
    if session.scalars(same).first() is not None:
        raise CodeTaken(what=N_("cohort"))


def change_cohort(
    session: WriteSession, cohort_id: UUID, *, changes: Mapping[str, Any], expected_version: int | None = None
) -> Cohort:
    """Change a cohort's capacity, published applicants or dates; what is as it was makes no event.

    New places go to those who wait. Raises NotFound, Stale, CapacityBelowHeld, and Invalid for dates that run backwards.
    """
    cohort = locked_cohort(session, cohort_id)
    check_version(cohort, expected_version)
    different = {name: value for name, value in changes.items() if getattr(cohort, name) != value}
    if not different:
        return cohort
    if "capacity" in different:
        check_capacity(held=held_places(session, cohort_id), capacity=different["capacity"])
    more = different.get("capacity", cohort.capacity) - cohort.capacity
    for name, value in different.items():
        setattr(cohort, name, value)
    check_cohort_dates(cohort)
    emit(session, cohort, CohortChanged.model_validate(_content(cohort)))
    move_up(session, cohort, places=more, on=today())
    return cohort


def _content(cohort: Cohort) -> dict[str, Any]:
    rules = rules_of(cohort)
    of_rules = {name: getattr(rules, name) for name in ("goals", "training_months", "internship_months")}
    return {**cohort.model_dump(), **of_rules, "cohort_id": cohort.id}
