"""Follow-ups as work lists and one by one, and how files fared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlmodel import col

from services.matching.domain.follow_ups import Answer, FollowUpState
from services.matching.domain.row_outcomes import RowOutcome
from services.matching.queries.visibility import universities_of, visible_by_organisation
from services.matching.tables import FollowUp, FollowUpAnswer, OutcomeFile, OutcomeFileRow
from shared.auth.actor import Actor, Role
from shared.db import ReadSession
from shared.errors import N_, NotFound

FOLLOW_UP_KEY: Final = (col(FollowUp.due_on), col(FollowUp.id))
ROW_KEY: Final = (col(OutcomeFileRow.line),)
A_FOLLOW_UP: Final = N_("follow-up")
A_FILE: Final = N_("file")
WORK_LIST: Final = ("follow_up_id", "placement_id", "person_id", "months", "asked_about", "due_on", "answer", "effective_on")


@dataclass(frozen=True, slots=True)
class FollowUpFilter:
    """What a work list is narrowed to; None takes all. `due_before` counts the day itself out."""

    state: FollowUpState | None = None
    answer: Answer | None = None
    months: int | None = None
    due_before: date | None = None
    placement_id: UUID | None = None
    person_id: UUID | None = None
    university_id: UUID | None = None
    company_id: UUID | None = None


def visible_follow_ups(by: Actor) -> ColumnElement[bool]:
    """The follow-ups that a caller may know of. Companies are not told what became of people who left them."""
    return visible_by_organisation(by, university=col(FollowUp.university_id))


def follow_ups(wanted: FollowUpFilter, *, by: Actor) -> Select[Any]:
    """The follow-ups that `by` may see."""
    statement = select(FollowUp).where(visible_follow_ups(by))
    if wanted.due_before is not None:
        statement = statement.where(col(FollowUp.due_on) < wanted.due_before)
    for name in ("state", "answer", "months", "placement_id", "person_id", "university_id", "company_id"):
        value = getattr(wanted, name)
        if value is not None:
            statement = statement.where(getattr(FollowUp, name) == value)
    return statement


def visible_follow_up(session: ReadSession, follow_up_id: UUID, *, by: Actor) -> FollowUp:
    """One follow-up. Raises NotFound for one that `by` may not see."""
    found = session.scalar(select(FollowUp).where(col(FollowUp.id) == follow_up_id, visible_follow_ups(by)))
    if found is None:
        raise NotFound(A_FOLLOW_UP)
    return found


def answers_of(session: ReadSession, follow_up_id: UUID) -> Sequence[FollowUpAnswer]:
    """Every answer that was given, in order."""
    given = select(FollowUpAnswer).where(col(FollowUpAnswer.follow_up_id) == follow_up_id)
    return session.scalars(given.order_by(col(FollowUpAnswer.version))).all()


def work_list(session: ReadSession, *, by: Actor) -> Iterator[tuple[object, ...]]:
    """Every open follow-up as a row of WORK_LIST, the most urgent first, its answer left to be filled in."""
    open_ones = follow_ups(FollowUpFilter(state=FollowUpState.OPEN), by=by).order_by(*FOLLOW_UP_KEY)
    for each in session.scalars(open_ones.execution_options(yield_per=1000)):
        yield each.id, each.placement_id, each.person_id, each.months, each.asked_about, each.due_on, "", ""


def visible_file(session: ReadSession, file_id: UUID, *, by: Actor) -> OutcomeFile:
    """A file that came in. A university sees those that it sent. Raises NotFound."""
    own: ColumnElement[bool] = true()
    if not by.has(Role.PROGRAM_MANAGER, Role.ADMIN, Role.AUDITOR):
        own = or_(false(), col(OutcomeFile.university_id).in_(universities_of(by)))
    found = session.scalar(select(OutcomeFile).where(col(OutcomeFile.id) == file_id, own))
    if found is None:
        raise NotFound(A_FILE)
    return found


def rows_of_file(file_id: UUID, *, outcome: RowOutcome | None = None) -> Select[Any]:
    """How the rows of a file fared."""
    statement = select(OutcomeFileRow).where(col(OutcomeFileRow.file_id) == file_id)
    return statement if outcome is None else statement.where(col(OutcomeFileRow.outcome) == outcome)
