"""What is known of a person beside their enrolments: wishes, skills, parking. Ids only, no personal data."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from services.matching.domain.profiles import Speaker
from services.matching.domain.skills import SkillSource
from services.matching.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum


class CandidateProfile(Table, table=True):
    """One person, by the id that trainees gave them. There is none while nobody has said anything: defaults hold then.

    Empty lists mean any. `salary_wish` is KRW a year, `available_from` what the person says, beside what their cohort says.
    Parked: not to be put forward up to and including `parked_until`. `automated` False: the person refused to be matched
    by a machine, and recommendations and rounds leave them out.
    """

    __tablename__ = "candidate_profile"
    __table_args__ = (CheckConstraint("(parked_until IS NULL) = (parked_reason IS NULL)", name="ck_profile_parking"),)

    id: UUID = Field(primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    fields: list[str] = Field(default_factory=list, sa_type=JSON)
    regions: list[str] = Field(default_factory=list, sa_type=JSON)
    kinds: list[str] = Field(default_factory=list, sa_type=JSON)
    salary_wish: int | None = None
    available_from: date | None = None
    preferences_by: Speaker | None = Field(default=None, sa_type=ValueEnum(Speaker))
    automated: bool = True
    automated_since: date | None = None
    parked_until: date | None = Field(default=None, index=True)
    parked_reason: str | None = Field(default=None, max_length=40)


class CandidateSkill(Table, table=True):
    """A skill that a trainee or their university declared. What programs lead to stands in ProgramSkill."""

    __tablename__ = "candidate_skill"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", name="ck_candidate_skill_level"),)

    person_id: UUID = Field(primary_key=True)
    skill: str = Field(primary_key=True, max_length=80)
    source: SkillSource = Field(primary_key=True, sa_type=ValueEnum(SkillSource))
    level: int
    declared_on: date


class ProgramSkill(Table, table=True):
    """A skill that a program's training leads to. Read model."""

    __tablename__ = "program_skill"

    program_id: UUID = Field(primary_key=True)
    skill: str = Field(primary_key=True, max_length=80)
    level: int
