"""What became of people 3, 6 and 12 months after they started."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.matching.service import MatchingEvent


class FollowUpEvent(MatchingEvent):
    """One follow-up of one placement: `months` after `started_on`, which is the day `asked_about`.

    The rest is the placement's, so that a listener who counts needs no other event.
    """

    follow_up_id: UUID
    placement_id: UUID
    person_id: UUID
    enrolment_id: UUID
    cohort_id: UUID
    program_id: UUID
    university_id: UUID
    company_id: UUID
    field: str
    kind: str
    workplace_region: str
    months: int
    started_on: date
    asked_about: date
    due_on: date
    effective_on: date


class FollowUpDue(FollowUpEvent):
    """The day to be asked about has come.

    v1  first version
    """

    name: ClassVar[str] = "follow_up.due"


class FollowUpAnswered(FollowUpEvent):
    """What became of the person, as of `effective_on`: a later answer replaces an earlier one.

    `answer` is still_there, moved_within_region, moved_away, out_of_work or unknown.

    v1  first version
    """

    name: ClassVar[str] = "follow_up.answered"
    answer: str
    reported_on: date | None = None


class FollowUpCancelled(FollowUpEvent):
    """The hire was reversed: there is nothing to follow up, and what was answered counts no longer.

    v1  first version
    """

    name: ClassVar[str] = "follow_up.cancelled"


class FollowUpMoved(FollowUpEvent):
    """The first day was corrected before anybody answered: `asked_about` and `due_on` are other days than was said.

    v1  first version
    """

    name: ClassVar[str] = "follow_up.moved"
