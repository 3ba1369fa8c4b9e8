"""Skills that were added to the ones that ship with the product, or differ from them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from services.employers.tables.registry import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.skills import Kind


class SkillEntry(Table, table=True):
    """One skill. Its id is made of its code: everybody who adds the same code adds the same skill."""

    __tablename__ = "skill"

    id: UUID = Field(primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    code: str = Field(max_length=60, unique=True)
    kind: Kind = Field(sa_type=ValueEnum(Kind))
    name_ko: str = Field(max_length=80)
    name_en: str = Field(max_length=80)
    synonyms: list[str] = Field(default_factory=list, sa_type=JSON)
    fields: list[str] = Field(default_factory=list, sa_type=JSON)
    ncs: str | None = Field(default=None, max_length=20)
    esco: str | None = Field(default=None, max_length=200)
    retired: bool = False
