"""The taxonomy of skills, as far as it differs from what ships with the product."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.employers.service import EmployersEvent


class SkillEvent(EmployersEvent):
    """A skill of the taxonomy, whole, that was added to the ones that ship with the product or differs from them.

    `kind` is skill, language or licence; `fields` are the industry fields that it belongs to; `ncs` is a unit or a
    classification of the National Competency Standards, `esco` the URI of the concept that it corresponds to.
    """

    skill_id: UUID
    code: str
    kind: str
    name_ko: str
    name_en: str
    synonyms: list[str]
    fields: list[str]
    ncs: str | None = None
    esco: str | None = None
    retired: bool = False


class SkillAdded(SkillEvent):
    """The taxonomy knows one skill more.

    v1  first version
    """

    name: ClassVar[str] = "skill.added"


class SkillChanged(SkillEvent):
    """A skill has other names, synonyms or codes, or is retired: no new posting may ask for it.

    v1  first version
    """

    name: ClassVar[str] = "skill.changed"
