"""What persons wish for and can do, whether they are parked, and whether machines may match them."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.matching.service import MatchingEvent


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


class DeclarationsErased(CandidateEvent):
    """What was declared of a person was destroyed with their data: wishes, skills, parking.

    v1  first version
    """

    name: ClassVar[str] = "candidate.declarations_erased"


class ExplanationGiven(CandidateEvent):
    """A trainee asked how a machine matches them, and was told.

    v1  first version
    """

    name: ClassVar[str] = "candidate.explanation_given"
    explanation_id: UUID
