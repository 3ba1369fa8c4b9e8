"""Bodies and answers about what trainees wish for and can do. Codes, levels and days only: no free text that could name."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.matching.domain.openings import Kind
from services.matching.domain.profiles import Speaker
from services.matching.domain.skills import HeldSkill, SkillSource
from services.matching.queries.profiles import ProfileWhole
from services.matching.schemas.candidates import CandidatePublic
from services.matching.schemas.placements import ReasonCode
from shared.http.bodies import Body

FieldCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="industry field, such as robot")]
Region = Annotated[str, Field(pattern=r"^(?:[0-9]{2}|[0-9]{5}|[0-9]{10})$", description="legal-district code or its start")]
SkillCode = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9가-힣][A-Za-z0-9가-힣 .+#/_:-]{0,79}$", description="as positions name it, such as ROS2")
]
Level = Annotated[int, Field(ge=1, le=5, description="1 knows it ... 3 works with it alone ... 5 masters it")]
Won = Annotated[int, Field(ge=1_000_000, le=1_000_000_000, description="KRW a year")]


class Preferences(Body):
    """All of them: what is left out is wished for no longer. Empty lists mean any."""

    fields: Annotated[list[FieldCode], Field(max_length=20, default_factory=list)]
    regions: Annotated[list[Region], Field(max_length=50, default_factory=list)]
    kinds: Annotated[list[Kind], Field(max_length=3, default_factory=list)]
    salary_wish: Won | None = None
    available_from: date | None = None
    said_by: Speaker = Speaker.TRAINEE


class DeclaredSkills(Body):
    """All that this source says; what the others say stays. Programs say theirs in trainees."""

    source: Annotated[SkillSource, Field(description="trainee or university")]
    skills: Annotated[dict[SkillCode, Level], Field(max_length=200)]


class AutomationDecision(Body):
    """The trainee's word on being matched by a machine."""

    allowed: bool
    effective_on: date | None = None


class Parking(Body):
    """`until` is the last day."""

    reason: ReasonCode
    until: date


class HeldSkillPublic(BaseModel):
    """`expected`: the training that leads to it is not completed yet."""

    skill: str
    level: int
    source: SkillSource
    expected: bool


class ParkingPublic(BaseModel):
    reason: str
    until: date


class PreferencesPublic(BaseModel):
    fields: list[str]
    regions: list[str]
    kinds: list[Kind]
    salary_wish: int | None
    available_from: date | None
    said_by: Speaker | None


class ProfilePublic(BaseModel):
    """A person as matching knows them. `skills` is what counts, `said` everything that was said, by source.

    `automated_matching` false: the trainee refused it since `automated_since`. A parking that is over is not shown.
    """

    person_id: UUID
    version: int
    preferences: PreferencesPublic
    skills: list[HeldSkillPublic]
    said: list[HeldSkillPublic]
    automated_matching: bool
    automated_since: date | None
    parking: ParkingPublic | None
    enrolments: list[CandidatePublic]

    @classmethod
    def of(cls, whole: ProfileWhole, *, on: date) -> Self:
        """The answer for one person on that day."""
        profile = whole.profile
        parked = profile.parked_until is not None and profile.parked_until >= on
        return cls(
            person_id=profile.id,
            version=profile.version,
            preferences=PreferencesPublic(
                fields=profile.fields,
                regions=profile.regions,
                kinds=[Kind(kind) for kind in profile.kinds],
                salary_wish=profile.salary_wish,
                available_from=profile.available_from,
                said_by=profile.preferences_by,
            ),
            skills=[_skill(held) for _, held in sorted(whole.skills.items())],
            said=[_skill(held) for held in sorted(whole.said, key=lambda held: (held.skill, held.source))],
            automated_matching=profile.automated,
            automated_since=profile.automated_since,
            parking=ParkingPublic(reason=profile.parked_reason or "", until=profile.parked_until or on) if parked else None,
            enrolments=[CandidatePublic.model_validate(row) for row in whole.enrolments],
        )


def _skill(held: HeldSkill) -> HeldSkillPublic:
    return HeldSkillPublic(skill=held.skill, level=held.level, source=held.source, expected=held.expected)
