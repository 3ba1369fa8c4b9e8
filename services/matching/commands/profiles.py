"""What trainees and their universities declare: wishes, skills, parking, and whether machines may match them."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from services.matching.domain.placements import effective_day
from services.matching.domain.profiles import NotParked, Speaker, check_may_speak, check_parking, is_parked
from services.matching.domain.skills import SkillSource
from services.matching.queries.profiles import check_known
from services.matching.queries.skills import taxonomy
from services.matching.tables import CandidateProfile, CandidateSkill, Explanation
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.contracts.matching import (
    AutomatedMatchingAllowed,
    AutomatedMatchingRefused,
    CandidateParked,
    CandidateUnparked,
    DeclarationsErased,
    PreferencesDeclared,
    SkillsDeclared,
)
from shared.db import WriteSession
from shared.db.bulk import bulk_insert
from shared.events.outbox import emit
from shared.skills import by_code
from shared.versions import check_version


def declare_preferences(
    session: WriteSession,
    person_id: UUID,
    *,
    fields: Sequence[str] = (),
    regions: Sequence[str] = (),
    kinds: Sequence[str] = (),
    salary_wish: int | None = None,
    available_from: date | None = None,
    said_by: Speaker,
    by: Actor,
    expected: int | None = None,
) -> CandidateProfile:
    """Replace what a person wishes for, whole. Raises NotFound, Forbidden, Stale."""
    check_may_speak(said_by, by=by)
    profile = _known_profile(session, person_id, by=by, expected=expected)
    profile.fields, profile.regions, profile.kinds = _once(fields), _once(regions), _once(kinds)
    profile.salary_wish, profile.available_from, profile.preferences_by = salary_wish, available_from, said_by
    event = PreferencesDeclared(
        person_id=person_id,
        fields=profile.fields,
        regions=profile.regions,
        kinds=profile.kinds,
        available_from=available_from,
        said_by=said_by,
        effective_on=today(),
    )
    emit(session, profile, event)
    return profile


def declare_skills(
    session: WriteSession,
    person_id: UUID,
    *,
    skills: Mapping[str, int],
    source: SkillSource,
    by: Actor,
    expected: int | None = None,
) -> CandidateProfile:
    """Replace what `source` says of a person's skills, whole; what others say stays.

    Skills may be named by code, name or synonym. Raises NotFound, Stale, and Invalid for one that nobody knows.
    """
    known = by_code(skills, known=taxonomy(session))
    profile = _known_profile(session, person_id, by=by, expected=expected)
    mine = (col(CandidateSkill.person_id) == person_id, col(CandidateSkill.source) == source)
    session.execute(delete(CandidateSkill).where(*mine))
    rows = [(person_id, skill, source, level, today()) for skill, level in sorted(known.items())]
    columns = ("person_id", "skill", "source", "level", "declared_on")
    bulk_insert(session, CandidateSkill.__table__, columns, rows)  # type: ignore[attr-defined]
    emit(session, profile, SkillsDeclared(person_id=person_id, skills=known, source=source, effective_on=today()))
    return profile


def decide_on_automation(
    session: WriteSession,
    person_id: UUID,
    *,
    allowed: bool,
    on: date | None = None,
    by: Actor,
    expected: int | None = None,
) -> CandidateProfile:
    """Keep a person's word on automated matching. Saying the same again changes nothing. Raises NotFound, Stale, Invalid.

    Placements that a person put forward go on: what is refused is the machine.
    """
    day = effective_day(on, today=today())
    profile = _known_profile(session, person_id, by=by, expected=expected)
    if profile.automated is not allowed:
        profile.automated, profile.automated_since = allowed, day
        event = AutomatedMatchingAllowed if allowed else AutomatedMatchingRefused
        emit(session, profile, event(person_id=person_id, effective_on=day))
    return profile


def park(
    session: WriteSession, person_id: UUID, *, reason: str, until: date, by: Actor, expected: int | None = None
) -> CandidateProfile:
    """Put a person forward to nobody up to and including `until`. Raises NotFound, Stale, Invalid."""
    check_parking(until, today=today())
    profile = _known_profile(session, person_id, by=by, expected=expected)
    _park(session, profile, reason=reason, until=until, placement_id=None)
    return profile


def lift_parking(session: WriteSession, person_id: UUID, *, by: Actor, expected: int | None = None) -> CandidateProfile:
    """A parked person can be put forward again at once. Raises NotFound, Stale, NotParked."""
    profile = _known_profile(session, person_id, by=by, expected=expected)
    if not is_parked(profile, on=today()):
        raise NotParked
    profile.parked_until, profile.parked_reason = None, None
    emit(session, profile, CandidateUnparked(person_id=person_id, effective_on=today()))
    return profile


def park_after_decline(session: WriteSession, person_id: UUID, *, reason: str, until: date, placement_id: UUID) -> None:
    """What a decline's reason asks for. A longer parking that runs already stays as it is, and a past one never begins."""
    profile = locked_profile(session, person_id)
    if until >= today() and (profile.parked_until is None or profile.parked_until < until):
        _park(session, profile, reason=reason, until=until, placement_id=placement_id)


def take_over(session: WriteSession, person_id: UUID, *, of: UUID) -> None:
    """What one human said under another id holds for them: no automated matching, and the longer parking."""
    other = session.get(CandidateProfile, of, populate_existing=True)
    if other is None:
        return
    profile = locked_profile(session, person_id)
    if profile.automated and not other.automated:
        profile.automated, profile.automated_since = False, other.automated_since
        emit(session, profile, AutomatedMatchingRefused(person_id=person_id, effective_on=other.automated_since or today()))
    until = other.parked_until if is_parked(other, on=today()) else None
    if until is not None and (profile.parked_until is None or profile.parked_until < until):
        _park(session, profile, reason=other.parked_reason or "", until=until, placement_id=None)


def forget_declared(session: WriteSession, person_id: UUID) -> None:
    """Everything that was declared of a person goes, and what they were told: wishes, skills, parking, explanations.

    Their word on automated matching stays.
    """
    session.execute(delete(Explanation).where(col(Explanation.person_id) == person_id))
    profile = session.get(CandidateProfile, person_id, populate_existing=True, with_for_update=True)
    if profile is None:
        return
    session.execute(delete(CandidateSkill).where(col(CandidateSkill.person_id) == person_id))
    profile.fields, profile.regions, profile.kinds = [], [], []
    profile.salary_wish = profile.available_from = profile.preferences_by = None
    profile.parked_until = profile.parked_reason = None
    emit(session, profile, DeclarationsErased(person_id=person_id, effective_on=today()))


def locked_profile(session: WriteSession, person_id: UUID) -> CandidateProfile:
    """A person's profile, made where there was none, for this transaction alone."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = {"id": person_id, "version": 0, "created_at": now(), "fields": [], "regions": [], "kinds": [], "automated": True}
    session.execute(dialect.insert(CandidateProfile).values(**fresh).on_conflict_do_nothing(index_elements=["id"]))
    statement = select(CandidateProfile).where(col(CandidateProfile.id) == person_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def _known_profile(session: WriteSession, person_id: UUID, *, by: Actor, expected: int | None) -> CandidateProfile:
    check_known(session, person_id, by=by)
    profile = locked_profile(session, person_id)
    check_version(profile, expected)
    return profile


def _park(session: WriteSession, profile: CandidateProfile, *, reason: str, until: date, placement_id: UUID | None) -> None:
    profile.parked_until, profile.parked_reason = until, reason
    event = CandidateParked(person_id=profile.id, reason=reason, until=until, placement_id=placement_id, effective_on=today())
    emit(session, profile, event)


def _once(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(values))
