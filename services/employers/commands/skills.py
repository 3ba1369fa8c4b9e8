"""Skills are added to the taxonomy, corrected and retired."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from services.employers.commands.publishing import skill_told
from services.employers.queries.skills import SKILL, skill_id, taxonomy
from services.employers.tables.skills import SkillEntry
from shared.contracts.employers import SkillAdded, SkillChanged, SkillEvent
from shared.db import WriteSession
from shared.errors import N_, Conflict, FieldError, Invalid, NotFound, Stale
from shared.events.outbox import emit
from shared.skills import Kind, Skill, Taxonomy, shipped

_CLEARABLE: Final = frozenset({"ncs", "esco"})
_CALLED_SO: Final = N_("Another skill is called so already: {code}.")


class SkillKnown(Conflict):
    code = "skill_known"
    title = N_("This skill is known already")
    detail = N_("A skill of this code is in the taxonomy already. Codes are never used again.")


def add_skill(
    session: WriteSession,
    *,
    code: str,
    kind: Kind,
    name_ko: str,
    name_en: str,
    synonyms: Sequence[str] = (),
    fields: Sequence[str] = (),
    ncs: str | None = None,
    esco: str | None = None,
) -> SkillEntry:
    """Add a skill. Raises SkillKnown, and Invalid when a name or synonym means another skill already."""
    known = taxonomy(session)
    if known.get(code) is not None:
        raise SkillKnown
    entry = SkillEntry(
        id=skill_id(code), code=code, kind=kind, name_ko=name_ko, name_en=name_en, synonyms=list(synonyms),
        fields=list(fields), ncs=ncs, esco=esco,
    )  # fmt: skip
    _check_spellings(known, entry)
    session.add(entry)
    _store_unless_taken(session)
    _record(session, entry, SkillAdded)
    return entry


def change_skill(session: WriteSession, code: str, *, expected: int | None, **changes: Any) -> SkillEntry:
    """Change what `changes` names. The first change of a skill that shipped makes a row of it.

    Raises NotFound, Stale, and Invalid when a name or synonym means another skill already.
    """
    statement = select(SkillEntry).where(SkillEntry.code == code).with_for_update()
    entry = session.exec(statement.execution_options(populate_existing=True)).first()
    if entry is None:
        found = shipped().get(code)
        if found is None:
            raise NotFound(SKILL)
        entry = _row_of(found)
        session.add(entry)
    if expected is not None and entry.version != expected:
        raise Stale
    for name, value in changes.items():
        if value is not None or name in _CLEARABLE:
            setattr(entry, name, value)
    _check_spellings(taxonomy_without(session, code), entry)
    _store_unless_taken(session)
    _record(session, entry, SkillChanged)
    skill_told(session, code)
    return entry


def taxonomy_without(session: WriteSession, code: str) -> Taxonomy:
    """Every other skill."""
    with session.no_autoflush:
        return Taxonomy(skill for skill in taxonomy(session) if skill.code != code)


def _row_of(skill: Skill) -> SkillEntry:
    return SkillEntry(
        id=skill_id(skill.code), code=skill.code, kind=skill.kind, name_ko=skill.name_ko, name_en=skill.name_en,
        synonyms=list(skill.synonyms), fields=list(skill.fields), ncs=skill.ncs, esco=skill.esco,
    )  # fmt: skip


def _store_unless_taken(session: WriteSession) -> None:
    # Of several who found the code free at the same time, the database lets one in.
    try:
        session.flush()
    except IntegrityError:
        raise SkillKnown from None


def _check_spellings(known: Taxonomy, entry: SkillEntry) -> None:
    told = [("/name_ko", entry.name_ko), ("/name_en", entry.name_en)]
    told += [(f"/synonyms/{place}", synonym) for place, synonym in enumerate(entry.synonyms)]
    errors = []
    for pointer, spelling in told:
        other = known.spelling_taken([spelling], by_others_than=entry.code)
        if other is not None:
            errors.append(FieldError(pointer, "spelling_taken", _CALLED_SO, {"code": other.code}))
    if errors:
        raise Invalid(*errors)


def _record(session: WriteSession, entry: SkillEntry, kind: type[SkillEvent]) -> None:
    event = kind(
        skill_id=entry.id, code=entry.code, kind=entry.kind, name_ko=entry.name_ko, name_en=entry.name_en,
        synonyms=entry.synonyms, fields=entry.fields, ncs=entry.ncs, esco=entry.esco, retired=entry.retired,
    )  # fmt: skip
    emit(session, entry, event)
