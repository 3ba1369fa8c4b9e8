"""The taxonomy as it is here: what ships with the product, and what was added or changed."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from sqlmodel import col, select

from services.employers.tables.skills import SkillEntry
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.skills import Kind, Skill, Taxonomy, shipped

SKILL = N_("skill")
_NAMESPACE = UUID("6f1d3a0e-8b0f-5d0f-9d57-6a4c1f5a7b11")


def skill_id(code: str) -> UUID:
    """What a skill is called among the aggregates: the same everywhere."""
    return uuid5(_NAMESPACE, code)


def taxonomy(session: ReadSession) -> Taxonomy:
    """Every skill there is. Those that nobody touched come from the file that ships with the product."""
    own = session.exec(select(SkillEntry).order_by(col(SkillEntry.code))).all()
    return Taxonomy([*shipped(), *(as_skill(entry) for entry in own)]) if own else shipped()


def skill(session: ReadSession, code: str) -> tuple[Skill, int]:
    """One skill and its version, 0 for one that is as it shipped. Raises NotFound."""
    entry = session.exec(select(SkillEntry).where(SkillEntry.code == code)).first()
    found = as_skill(entry) if entry is not None else shipped().get(code)
    if found is None:
        raise NotFound(SKILL)
    return found, entry.version if entry is not None else 0


def skills(session: ReadSession, *, typed: str | None, kind: Kind | None, field: str | None, most: int) -> Sequence[Skill]:
    """Skills by what is being typed, the likeliest first; without that all of them, by code."""
    known = taxonomy(session)
    if typed is not None:
        found: Sequence[Skill] = known.suggest(typed, most=most, kinds=tuple(Kind) if kind is None else (kind,))
    else:
        found = sorted((each for each in known if kind in (None, each.kind)), key=lambda each: each.code)
    return [each for each in found if field is None or field in each.fields][:most]


def as_skill(entry: SkillEntry) -> Skill:
    """The row as the taxonomy knows it."""
    return Skill(
        entry.code, entry.kind, entry.name_ko, entry.name_en, tuple(entry.synonyms), tuple(entry.fields), entry.ncs, entry.esco,
        entry.retired,
    )  # fmt: skip
