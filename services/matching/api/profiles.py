"""Routes of what trainees wish for and can do, of their parking, and of their word on automated matching."""

from uuid import UUID

from services.matching.api.callers import PROGRAM
from services.matching.commands import profiles as commands
from services.matching.domain.skills import SkillSource
from services.matching.queries.profiles import whole_profile
from services.matching.schemas.profiles import AutomationDecision, DeclaredSkills, Parking, Preferences, ProfilePublic
from shared.auth.actor import Actor, Role
from shared.auth.policy import Policy, allow
from shared.clock import today
from shared.db import ReadSession, WriteSession
from shared.errors import N_, FieldError, Invalid
from shared.http.conditional import IfMatch
from shared.http.router import ServiceRouter

router = ServiceRouter(prefix="/api/v1", tags=["matching"])
SCHOOLS: Policy = allow(*PROGRAM, Role.UNIVERSITY)


@router.get("/candidates/{person_id}", policy=SCHOOLS, response_model=ProfilePublic)
def read_candidate(person_id: UUID, session: ReadSession, actor: Actor) -> ProfilePublic:
    """A person as matching knows them: wishes, skills with level and source, parking. A university sees its own."""
    return _profile(session, person_id, actor)


@router.put("/candidates/{person_id}/preferences", policy=SCHOOLS, response_model=ProfilePublic)
def declare_preferences(
    person_id: UUID, body: Preferences, session: WriteSession, actor: Actor, if_match: IfMatch
) -> ProfilePublic:
    """Replace what a trainee wishes for. Recorded for them by their university or by the program."""
    commands.declare_preferences(session, person_id, **body.model_dump(), by=actor, expected=if_match)
    return _profile(session, person_id, actor)


@router.put("/candidates/{person_id}/skills", policy=SCHOOLS, response_model=ProfilePublic)
def declare_skills(
    person_id: UUID, body: DeclaredSkills, session: WriteSession, actor: Actor, if_match: IfMatch
) -> ProfilePublic:
    """Replace what the trainee or their university says of the trainee's skills."""
    if body.source is SkillSource.PROGRAM:
        message = N_("Must be one of: {expected}.")
        raise Invalid(FieldError("/source", "not_a_choice", message, {"expected": "trainee, university"}))
    commands.declare_skills(session, person_id, skills=body.skills, source=body.source, by=actor, expected=if_match)
    return _profile(session, person_id, actor)


@router.put("/candidates/{person_id}/automated-matching", policy=SCHOOLS, response_model=ProfilePublic)
def decide_on_automated_matching(
    person_id: UUID, body: AutomationDecision, session: WriteSession, actor: Actor, if_match: IfMatch
) -> ProfilePublic:
    """Keep a trainee's refusal of automated matching, or take it back. Who refuses is left out of recommendations and rounds."""
    commands.decide_on_automation(session, person_id, allowed=body.allowed, on=body.effective_on, by=actor, expected=if_match)
    return _profile(session, person_id, actor)


@router.put("/candidates/{person_id}/parking", policy=SCHOOLS, response_model=ProfilePublic)
def park_candidate(person_id: UUID, body: Parking, session: WriteSession, actor: Actor, if_match: IfMatch) -> ProfilePublic:
    """Put a trainee forward to nobody up to and including a day."""
    commands.park(session, person_id, reason=body.reason, until=body.until, by=actor, expected=if_match)
    return _profile(session, person_id, actor)


@router.delete("/candidates/{person_id}/parking", policy=SCHOOLS)
def lift_parking(person_id: UUID, session: WriteSession, actor: Actor, if_match: IfMatch) -> None:
    """The trainee can be put forward again. 409 where they are not parked."""
    commands.lift_parking(session, person_id, by=actor, expected=if_match)


def _profile(session: ReadSession, person_id: UUID, actor: Actor) -> ProfilePublic:
    return ProfilePublic.of(whole_profile(session, person_id, by=actor), on=today())
