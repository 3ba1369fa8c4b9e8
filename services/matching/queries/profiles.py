"""What is known of persons: one whole, or the skills of many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select
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
    person = func.coalesce(col(Identity.survivor_id), col(CandidateSkill.person_id))
    statement = select(person, col(CandidateSkill.skill), col(CandidateSkill.level), col(CandidateSkill.source)).join_from(
        CandidateSkill, Identity, col(Identity.person_id) == col(CandidateSkill.person_id), isouter=True
    )
    if persons is not None:
        own = among(session, CandidateSkill.__table__.c.person_id, persons)  # type: ignore[attr-defined]
        merged = among(session, Identity.__table__.c.survivor_id, persons)  # type: ignore[attr-defined]
        statement = statement.where(or_(merged, and_(own, col(Identity.survivor_id).is_(None))))
    return [(person, HeldSkill(skill, level, source)) for person, skill, level, source in session.execute(statement)]


def _of_programs(session: ReadSession, persons: Sequence[UUID] | None) -> Iterable[tuple[UUID, HeldSkill]]:
    columns = (col(Candidate.person_id), col(ProgramSkill.skill), col(ProgramSkill.level), col(Candidate.stage))
    statement = select(*columns).join_from(Candidate, ProgramSkill, col(ProgramSkill.program_id) == col(Candidate.program_id))
    if persons is not None:
        statement = statement.where(among(session, Candidate.__table__.c.person_id, persons))  # type: ignore[attr-defined]
    return [
        (person, HeldSkill(skill, level, SkillSource.PROGRAM, expected=stage is not Stage.COMPLETED))
        for person, skill, level, stage in session.execute(statement)
    ]
