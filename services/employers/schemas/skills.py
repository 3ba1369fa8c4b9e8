"""Skills as callers send them and are shown them."""

from typing import Annotated

from pydantic import BaseModel, Field

from services.employers.schemas.values import VERSION, FieldCode
from shared.http import Body
from shared.skills import Kind

SkillCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{1,59}$", description="never changes and is never used again")]
SkillName = Annotated[str, Field(min_length=1, max_length=80)]
Ncs = Annotated[
    str,
    Field(pattern=r"^[0-9]{2,10}(?:_[0-9]{2}v[0-9]{1,2})?$", description="classification or unit of the NCS: 2001020211_23v5"),
]
Esco = Annotated[
    str, Field(pattern=r"^http://data\.europa\.eu/esco/skill/[0-9A-Za-z.-]{1,100}$", description="URI of the ESCO concept")
]
Synonyms = Annotated[list[SkillName], Field(max_length=40)]
Fields = Annotated[list[FieldCode], Field(max_length=20)]


class SkillCreate(Body):
    code: SkillCode
    kind: Kind = Kind.SKILL
    name_ko: SkillName
    name_en: SkillName
    synonyms: Annotated[Synonyms, Field(default_factory=list)]
    fields: Annotated[Fields, Field(default_factory=list)]
    ncs: Ncs | None = None
    esco: Esco | None = None


class SkillChange(Body):
    """What is left out stays as it is."""

    name_ko: SkillName | None = None
    name_en: SkillName | None = None
    synonyms: Synonyms | None = None
    fields: Fields | None = None
    ncs: Ncs | None = None
    esco: Esco | None = None
    retired: Annotated[bool | None, Field(description="no new posting may ask for it")] = None


class SkillPublic(BaseModel):
    code: str
    kind: Kind
    name_ko: str
    name_en: str
    synonyms: list[str]
    fields: list[str]
    ncs: Annotated[str | None, Field(description="classification or unit of the NCS; null until an administrator enters it")]
    esco: Annotated[str | None, Field(description="URI of the ESCO concept; null until an administrator enters it")]
    retired: bool


class SkillDetail(SkillPublic):
    version: Annotated[int, Field(description=VERSION + "; 0 for a skill that is as it shipped")]


class Skills(BaseModel):
    items: list[SkillPublic]
