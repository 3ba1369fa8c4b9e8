"""What the matching service publishes: the life of a placement, from the proposal to the end of the employment."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.events.contract import Event


class MatchingEvent(Event):
    """Anything that happened in matching."""

    service: ClassVar[str] = "matching"


class CandidateEvent(MatchingEvent):
    """Something about one person as a candidate, whatever number of enrolments they have."""

    person_id: UUID
    effective_on: date


class PreferencesDeclared(CandidateEvent):
    """What a trainee wishes for, whole: empty lists mean any. What they wish to earn stays in matching.

    v1  first version
    """

    name: ClassVar[str] = "candidate.preferences_declared"
    fields: list[str]
    regions: list[str]
    kinds: list[str]
    available_from: date | None
    said_by: str


class SkillsDeclared(CandidateEvent):
    """What one source says of a trainee's skills, whole: levels 1 to 5 by skill. `source` is trainee or university.

    v1  first version
    """

    name: ClassVar[str] = "candidate.skills_declared"
    skills: dict[str, int]
    source: str


class AutomatedMatchingRefused(CandidateEvent):
    """A trainee refused to be matched by a machine.

    v1  first version
    """

    name: ClassVar[str] = "candidate.automated_matching_refused"


class AutomatedMatchingAllowed(CandidateEvent):
    """A trainee took that refusal back.

    v1  first version
    """

    name: ClassVar[str] = "candidate.automated_matching_allowed"


class CandidateParked(CandidateEvent):
    """A person is put forward to nobody up to and including `until`, after declining `placement_id` if one is named.

    v1  first version
    """

    name: ClassVar[str] = "candidate.parked"
    reason: str
    until: date
    placement_id: UUID | None


class CandidateUnparked(CandidateEvent):
    """A parking was lifted before its last day.

    v1  first version
    """

    name: ClassVar[str] = "candidate.unparked"


class PlacementEvent(MatchingEvent):
    """One person and one position. `seat_id` is set from the offer on.

    `field` is the position's, `field_of_training` the enrolment's; `workplace_region` is where the work is done.
    `evidence_grade`: 1 employer's claim, 2 trainee's confirmation too, 3 document, 4 employment insurance record.
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


class PlacementProposed(PlacementEvent):
    """A person was put forward for a position.

    v1  first version
    """

    name: ClassVar[str] = "placement.proposed"


class PlacementOffered(PlacementEvent):
    """The company offers the seat: it is reserved.

    v1  first version
    """

    name: ClassVar[str] = "placement.offered"


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
