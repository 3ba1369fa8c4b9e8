"""The rules that hold: for a cohort those that it opened under, for a program the newest."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from services.trainees.domain.rules import Rules, stored_rules
from services.trainees.tables import Cohort, Program, ProgramRules
from shared.db import ReadSession


def rules_of(cohort: Cohort) -> Rules:
    """What the cohort opened under. One from before there were rules asks for nothing but what its columns say."""
    if cohort.rules is not None:
        return stored_rules(cohort.rules)
    return Rules(field=cohort.field, training_months=1, internship_months=cohort.internship_months)


def newest_rules(session: ReadSession, program: Program) -> Rules:
    """What a cohort that opens now would open under."""
    if program.rules_version is not None:
        return stored_rules(session.get_one(ProgramRules, (program.id, program.rules_version)).rules)
    return Rules(
        field=program.field,
        training_months=program.training_months,
        internship_months=program.internship_months,
        goals=program.goals,
    )


def versions_of(program_id: UUID) -> Select[Any]:
    """Every version of a program's rules."""
    return select(ProgramRules).where(col(ProgramRules.program_id) == program_id)
