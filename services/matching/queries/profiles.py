"""What is known of persons: one whole, or the skills of many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import String, or_, select, type_coerce
from sqlmodel import col

from services.matching.domain.candidates import Stage
from services.matching.domain.skills import HeldSkill, SkillSource, believed
from services.matching.queries.candidates import CandidateFilter, candidates
from services.matching.queries.visibility import visible_candidates, visible_placements
from services.matching.tables import Candidate, CandidateProfile, CandidateSkill, Identity, Placement, ProgramSkill
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.db.bulk import among
from shared.errors import N_, NotFound

A_CANDIDATE: Final = N_("candidate")
# Read as they are stored: members of the enumeration are their texts, and making 200,000 of them takes its time.
_SOURCE: Final = type_coerce(col(CandidateSkill.source), String)
_SOURCES: Final = {source.value: source for source in SkillSource}


@dataclass(frozen=True, slots=True)
class ProfileWhole:
    """A person with everything that was said of them, the defaults where nothing was."""

    profile: CandidateProfile
    said: Sequence[HeldSkill]
    skills: Mapping[str, HeldSkill]
    enrolments: Sequence[Mapping[str, object]]

    @property
    def version(self) -> int:
        return self.profile.version


def check_known(session: ReadSession, person_id: UUID, *, by: Actor) -> None:
    """Raise NotFound for a person who is neither a candidate nor placed, or whom `by` may not know of."""
    enrolled = select(col(Candidate.person_id)).where(col(Candidate.person_id) == person_id, visible_candidates(by))
    placed = select(col(Placement.person_id)).where(col(Placement.person_id) == person_id, visible_placements(by))
    if session.execute(enrolled.limit(1)).first() is None and session.execute(placed.limit(1)).first() is None:
        raise NotFound(A_CANDIDATE)


def whole_profile(session: ReadSession, person_id: UUID, *, by: Actor) -> ProfileWhole:
    """Everything about a person. Raises NotFound."""
    check_known(session, person_id, by=by)
    profile = session.get(CandidateProfile, person_id) or CandidateProfile(id=person_id)
    said = said_of(session, [person_id]).get(person_id, [])
    enrolments = session.execute(candidates(CandidateFilter(person_id=person_id), by=by)).mappings().all()
    return ProfileWhole(profile, said, believed(said), [dict(row) for row in enrolments])


def held_skills(session: ReadSession, persons: Sequence[UUID] | None = None) -> dict[UUID, Mapping[str, HeldSkill]]:
    """Per person and skill what counts, for `persons` or for everybody, in two statements. Who has none is not in it."""
    return {person: believed(said) for person, said in said_of(session, persons).items()}


def said_of(session: ReadSession, persons: Sequence[UUID] | None = None) -> dict[UUID, list[HeldSkill]]:
    """Everything that anybody says of the skills of `persons`, or of everybody's."""
    result: defaultdict[UUID, list[HeldSkill]] = defaultdict(list)
    for person, held in (*_declared(session, persons), *_of_programs(session, persons)):
        result[person].append(held)
    return dict(result)


def _declared(session: ReadSession, persons: Sequence[UUID] | None) -> Iterable[tuple[UUID, HeldSkill]]:
    # What was declared under an id that was merged into another is said of that one, for as long as it is.
    merged = select(col(Identity.person_id), col(Identity.survivor_id)).where(
        col(Identity.person_id) != col(Identity.survivor_id)
    )
    statement = select(col(CandidateSkill.person_id), col(CandidateSkill.skill), col(CandidateSkill.level), _SOURCE)
    if persons is not None:
        theirs = among(session, Identity.__table__.c.survivor_id, persons)  # type: ignore[attr-defined]
        own = among(session, Identity.__table__.c.person_id, persons)  # type: ignore[attr-defined]
        merged = merged.where(or_(theirs, own))
    counts_as: dict[UUID, UUID] = {row[0]: row[1] for row in session.execute(merged)}
    if persons is not None:
        asked = set(persons)
        wanted = [person for person in asked | counts_as.keys() if counts_as.get(person, person) in asked]
        statement = statement.where(among(session, CandidateSkill.__table__.c.person_id, wanted))  # type: ignore[attr-defined]
    return [
        (counts_as.get(person, person), HeldSkill(skill, level, _SOURCES[source]))
        for person, skill, level, source in session.execute(statement)
    ]


def _of_programs(session: ReadSession, persons: Sequence[UUID] | None) -> Iterable[tuple[UUID, HeldSkill]]:
    columns = (col(Candidate.person_id), col(ProgramSkill.skill), col(ProgramSkill.level), col(Candidate.stage))
    statement = select(*columns).join_from(Candidate, ProgramSkill, col(ProgramSkill.program_id) == col(Candidate.program_id))
    if persons is not None:
        statement = statement.where(among(session, Candidate.__table__.c.person_id, persons))  # type: ignore[attr-defined]
    return [
        (person, HeldSkill(skill, level, SkillSource.PROGRAM, expected=stage is not Stage.COMPLETED))
        for person, skill, level, stage in session.execute(statement)
    ]
