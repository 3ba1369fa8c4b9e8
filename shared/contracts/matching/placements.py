"""The life of a placement, from the proposal to the end of the employment."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.matching.service import MatchingEvent


class PlacementEvent(MatchingEvent):
    """One person and one position. `seat_id` is set from the offer on.

    `field` is the position's, `field_of_training` the enrolment's; `workplace_region` is where the work is done.
    `evidence_grade`: 1 employer's claim, 2 trainee's confirmation too, 3 document, 4 employment insurance record.
    `converted_from` is the internship that this one continues, in the seat that grew from `converted_from_seat_id`.
    """

    placement_id: UUID
    person_id: UUID
    enrolment_id: UUID
    cohort_id: UUID
    program_id: UUID
    university_id: UUID
    field_of_training: str
    position_id: UUID
    company_id: UUID
    seat_id: UUID | None
    field: str
    kind: str
    origin: str | None
    workplace_region: str
    evidence_grade: int | None
    effective_on: date
    reported_on: date | None = None
    converted_from: UUID | None = None
    converted_from_seat_id: UUID | None = None


class PlacementProposed(PlacementEvent):
    """A person was put forward for a position.

    v1  first version
    """

    name: ClassVar[str] = "placement.proposed"


class PlacementOffered(PlacementEvent):
    """The company offers the seat: it is reserved. `answer_by` is the last day for the answer.

    v1  first version
    """

    name: ClassVar[str] = "placement.offered"
    answer_by: date | None = None


class PlacementAccepted(PlacementEvent):
    """The trainee accepts.

    v1  first version
    """

    name: ClassVar[str] = "placement.accepted"


class PlacementStarted(PlacementEvent):
    """The person works in the seat, as the employer claims.

    v1  first version
    """

    name: ClassVar[str] = "placement.started"


class PlacementEvidenced(PlacementEvent):
    """Better evidence of the employment came in: `evidence_grade` is the best so far.

    v1  first version
    """

    name: ClassVar[str] = "placement.evidenced"


class PlacementOver(PlacementEvent):
    """The end of a placement, with the reason's code and who gave it: trainee, employer, program or system."""

    reason: str | None = None
    by: str


class PlacementEnded(PlacementOver):
    """The employment ended.

    v1  first version
    """

    name: ClassVar[str] = "placement.ended"


class PlacementDeclined(PlacementOver):
    """The trainee or the company said no.

    v1  first version
    """

    name: ClassVar[str] = "placement.declined"


class PlacementWithdrawn(PlacementOver):
    """The proposal or the offer was taken back.

    v1  first version
    """

    name: ClassVar[str] = "placement.withdrawn"


class PlacementExpired(PlacementOver):
    """Nobody answered in time: nothing is confirmed by silence.

    v1  first version
    """

    name: ClassVar[str] = "placement.expired"


class PlacementReversed(PlacementOver):
    """What had started turned out never to have been a hire: it counts as if nobody had ever worked, and the seat is free.

    v1  first version
    """

    name: ClassVar[str] = "placement.reversed"


class PlacementReopened(PlacementEvent):
    """An ended placement runs on as if it had not ended: what ended it was reversed. It takes its seat again.

    v1  first version
    """

    name: ClassVar[str] = "placement.reopened"


class PlacementMovedToPerson(PlacementEvent):
    """Two persons turned out to be one, or one to be two: the placement is another person's than was said before.

    v1  first version
    """

    name: ClassVar[str] = "placement.moved_to_person"
    moved_from_person_id: UUID


class PlacementOfferProlonged(PlacementEvent):
    """The offer waits longer for its answer: up to and including `answer_by`.

    v1  first version
    """

    name: ClassVar[str] = "placement.offer_prolonged"
    answer_by: date


class PlacementDatesCorrected(PlacementEvent):
    """The first or the last day of the employment was recorded wrongly. What was said before stays on record and holds no more.

    `started_on` and `ended_on` are the days that hold from now on, whichever of the two was wrong; `reason` says who knew
    better: record, employer, trainee or clerical. `effective_on` is the first of the days that changed, as it holds now.

    v1  first version
    """

    name: ClassVar[str] = "placement.dates_corrected"
    started_on: date
    ended_on: date | None = None
    reason: str
    by: str
