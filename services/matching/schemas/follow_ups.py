"""Bodies and answers about follow-ups, and about files that came in."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.matching.domain.follow_ups import Answer, FollowUpState
from services.matching.domain.jobs import JobState
from services.matching.domain.row_outcomes import TEXTS, FileKind, RowOutcome
from services.matching.tables import FollowUp, FollowUpAnswer, OutcomeFileRow
from shared.http.bodies import Body
from shared.i18n import translate
from shared.i18n.language import Language


class FollowUpAnswerBody(Body):
    """`effective_on` is the day that the answer is true of: today when left out. Unknown is an answer of its own."""

    answer: Answer
    effective_on: date | None = None
    reported_on: date | None = None


class FollowUpPublic(BaseModel):
    """`asked_about` is the day that many months after the start, `due_on` when the answer is to be here."""

    id: UUID
    version: int
    placement_id: UUID
    person_id: UUID
    university_id: UUID
    company_id: UUID
    months: int
    asked_about: date
    due_on: date
    state: FollowUpState
    answer: Answer | None
    answered_for: date | None


class GivenAnswer(BaseModel):
    version: int
    answer: Answer
    effective_on: date
    reported_on: date | None
    recorded_at: datetime


class FollowUpWithAnswers(FollowUpPublic):
    """A follow-up with every answer that was given, the last one last."""

    answers: list[GivenAnswer] = []

    @classmethod
    def of(cls, follow_up: FollowUp, answers: Sequence[FollowUpAnswer]) -> Self:
        found = cls.model_validate(follow_up, from_attributes=True)
        found.answers = [GivenAnswer.model_validate(each, from_attributes=True) for each in answers]
        return found


class OutcomeFilePublic(BaseModel):
    """A file that came in: how many of its rows fared how so far. A long one is worked on after the answer."""

    id: UUID
    created_at: datetime
    kind: FileKind
    state: JobState
    progress: int
    failure: str | None
    counts: dict[RowOutcome, int]


class OutcomeRowPublic(BaseModel):
    """How one row fared. `message` says it in the reader's language."""

    line: int
    outcome: RowOutcome
    code: str | None
    column: str | None
    message: str | None
    placement_id: UUID | None

    @classmethod
    def of(cls, row: OutcomeFileRow, language: Language) -> Self:
        message = None if row.code is None else translate(TEXTS[row.code], language)
        return cls(
            line=row.line,
            outcome=row.outcome,
            code=row.code,
            column=row.column,
            message=message,
            placement_id=row.placement_id,
        )
