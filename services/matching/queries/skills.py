"""The skills that matching knows: those that ship, as administrators changed them, and what they added."""

from sqlmodel import col, select

from services.matching.tables import KnownSkill
from shared.db import ReadSession
from shared.skills import Skill, Taxonomy, shipped


def taxonomy(session: ReadSession) -> Taxonomy:
    """Every skill there is, by whatever it may be called."""
    own = session.exec(select(KnownSkill).order_by(col(KnownSkill.code))).all()
    return Taxonomy([*shipped(), *map(_skill, own)]) if own else shipped()


def _skill(row: KnownSkill) -> Skill:
    names = (row.name_ko, row.name_en, tuple(row.synonyms), tuple(row.fields))
    return Skill(row.code, row.kind, *names, retired=row.retired)
