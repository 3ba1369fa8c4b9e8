"""What administrators added to the skills that ship, or changed of them. Read model."""

from sqlalchemy import JSON
from sqlmodel import Field

from services.matching.tables.table import Table
from shared.db.types import ValueEnum
from shared.skills import Kind


class KnownSkill(Table, table=True):
    """A skill that differs from what ships, whole. Read model."""

    __tablename__ = "known_skill"

    code: str = Field(primary_key=True, max_length=80)
    kind: Kind = Field(sa_type=ValueEnum(Kind))
    name_ko: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    synonyms: list[str] = Field(default_factory=list, sa_type=JSON)
    fields: list[str] = Field(default_factory=list, sa_type=JSON)
    retired: bool = False
