"""What else happens to an enrolment: corrections, decisions about eligibility, duplicates."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.trainees.enrolments import EnrolmentEvent


class HistoryStep(BaseModel):
    """One step of an enrolment as it holds after a correction."""

    stage: str
    effective_on: date
    reported_on: date | None = None
    reason: str | None = None


class EnrolmentCorrected(EnrolmentEvent):
    """A step was recorded wrongly, or should not have been. The correction is a fact of its own beside it.

    `corrects` is the version of the step that holds no more; `effective_on` the day of what stands in its place, or of
    the step that was taken back. `path` is the whole history that holds from now on, `stage` where it leads since `since`.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.corrected"
    corrects: int
    taken_back: bool
    stage: str
    since: date
    path: list[HistoryStep]
    reason: str | None = None


class EligibilityDecided(EnrolmentEvent):
    """Whether the rules admit an applicant, as of the application deadline. `verdict`: eligible, ineligible, unknown.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.eligibility_decided"
    verdict: str
    rules_version: int | None = None


class EnrolmentFoundDuplicate(EnrolmentEvent):
    """It is the second enrolment of one human in one cohort, since two persons were merged. It holds no place.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.found_duplicate"
    duplicate_of: UUID


class EnrolmentNoDuplicate(EnrolmentEvent):
    """It counts again: the merge that made it a duplicate was taken back.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.found_no_duplicate"


class EnrolmentMonthReported(EnrolmentEvent):
    """What a month of training came to, as far as it is reported: a later one about the same month stands in its place.

    `days` were training days and `absences` those missed, lateness counted in; `complies` is whether that, and the month's
    evaluation where there was one, is enough under the cohort's rules. `month` is its first day, `effective_on` its last
    or the day of the report. Not a step: the enrolment stays in its stage.

    v1  first version
    """

    name: ClassVar[str] = "enrolment.month_reported"
    month: date
    days: int
    absences: int
    complies: bool
    evaluation_passed: bool | None = None
