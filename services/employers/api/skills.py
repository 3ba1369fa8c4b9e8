"""The taxonomy of skills over HTTP: suggestions while typing for everybody, changes for administrators."""

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import Query

from services.employers import commands, queries
from services.employers.api.policies import READ
from services.employers.schemas.skills import SkillChange, SkillCreate, SkillDetail, Skills
from shared.auth.actor import Role
from shared.auth.policy import allow
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Reply, ServiceRouter
from shared.skills import Kind

router = ServiceRouter(prefix="/api/v1", tags=["employers"])
_ENLARGE: Final = allow(Role.ADMIN)

Typed = Annotated[str | None, Query(min_length=1, max_length=80, description="what is being typed, in Korean or English")]
Most = Annotated[int, Query(ge=1, le=1000)]


@router.get("/skills", policy=READ, response_model=Skills)
def list_skills(
    session: ReadSession, *, q: Typed = None, kind: Kind | None = None, field: str | None = None, most: Most = 10
) -> dict[str, Any]:
    """The skills that are like what is being typed, the likeliest first; without `q` the first ones by code."""
    return {"items": queries.skills(session, typed=q, kind=kind, field=field, most=most)}


@router.get("/skills/{code}", policy=READ, response_model=SkillDetail)
def read_skill(code: str, session: ReadSession) -> dict[str, Any]:
    skill, version = queries.skill(session, code)
    return {**asdict(skill), "version": version}


@router.post("/skills", policy=_ENLARGE, response_model=SkillDetail, status_code=201)
def add_skill(body: SkillCreate, session: WriteSession, reply: Reply) -> Any:
    """Add a skill. 409 for a code that is taken, 422 for a name that means another skill."""
    entry = commands.add_skill(session, **body.model_dump())
    reply.located(f"/api/v1/skills/{entry.code}")
    return entry


@router.patch("/skills/{code}", policy=_ENLARGE, response_model=SkillDetail)
def change_skill(code: str, body: SkillChange, session: WriteSession, if_match: IfMatch) -> Any:
    """Correct a skill, enter its crosswalk, or retire it. One that shipped has version 0 until it is changed."""
    return commands.change_skill(session, code, expected=if_match, **body.model_dump(exclude_unset=True))
