"""How a university's rosters are read, tried on a sample; and corrections that no roster overwrites."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.requests import Request

from services.trainees import schemas
from services.trainees.api.policies import ADMIT, READ
from services.trainees.api.roster_syncs import LARGEST, XLSX
from services.trainees.commands.roster import corrections, profiles, sampling
from services.trainees.domain.roster.columns import FIELDS
from services.trainees.queries.roster.reports import problem_text
from services.trainees.queries.roster.scopes import profile_of
from services.trainees.queries.scope import visible
from services.trainees.tables import RosterProfile, University
from shared.auth.actor import Actor
from shared.db import Database, ReadSession, WriteSession
from shared.errors import N_, FieldError, Invalid
from shared.http import IfMatch, ServiceRouter, Upload
from shared.i18n import Language, negotiate

router = ServiceRouter(prefix="/api/v1")

Names = Annotated[list[str], Query(max_length=64, description="own column name and ours, as 수험번호:student_no")]


@router.get("/universities/{university_id}/roster-profile", policy=READ, response_model=schemas.RosterProfilePublic)
def read_roster_profile(university_id: UUID, session: ReadSession, actor: Actor) -> RosterProfile:
    """How the university's rosters are read, and what they mean."""
    visible(session, University, university_id, actor=actor)
    return profile_of(session, university_id)


@router.patch("/universities/{university_id}/roster-profile", policy=ADMIT, response_model=schemas.RosterProfilePublic)
def change_roster_profile(
    university_id: UUID, body: schemas.RosterProfilePatch, *, session: WriteSession, actor: Actor, if_match: IfMatch
) -> RosterProfile:
    """Change it, for the next file on. A preview made before is out of date."""
    return profiles.set_profile(session, university_id, changes=body.changes(), by=actor, expected_version=if_match)


@router.post(
    "/universities/{university_id}/roster-profile/preview",
    policy=ADMIT,
    response_model=schemas.SamplePublic,
    idempotent=False,
    max_body=LARGEST,
    consumes=("text/csv", "application/json", XLSX, "application/zip", "multipart/form-data"),
)
def preview_roster_profile(
    university_id: UUID,
    *,
    sample: Upload,
    actor: Actor,
    request: Request,
    names: Names = [],  # noqa: B006 - FastAPI copies it
) -> dict[str, Any]:
    """Read a sample file as the profile says, with `names` tried beside it. Nothing of it is stored."""
    database: Database = request.app.state.db
    found = sampling.look_at_sample(database, university_id, sample.content, by=actor, names=_tried(names))
    language = negotiate(request.headers.get("accept-language"))
    lines = [_line(row, language) for row in found.sample]
    kept = {"format": found.format, "columns": found.columns, "rows": found.rows, "unreadable": found.unreadable}
    return {**kept, "sample": lines}


def _line(row: sampling.SampleLine, language: Language) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("line", "student_no", "name", "birth_date", "phone")}
    problems = [{**asdict(each), "message": problem_text(each.code, language, each.line)} for each in row.problems]
    return {**told, "problems": problems}


def _tried(names: list[str]) -> dict[str, str]:
    pairs = [name.rpartition(":") for name in names]
    if any(not own or column not in FIELDS for own, _, column in pairs):
        raise Invalid(FieldError("names", "unknown_field", N_("A name leads to something that no roster column is.")))
    return {own: column for own, _, column in pairs}


@router.post("/persons/{person_id}/corrections", policy=ADMIT, response_model=schemas.CorrectedPublic)
def correct_person(person_id: UUID, body: schemas.PersonCorrections, session: WriteSession, actor: Actor) -> dict[str, Any]:
    """Correct what is known of a person. No file overwrites these fields from now on: it is told as a conflict instead."""
    return {"person_id": person_id, "corrected": corrections.correct_person(session, person_id, changes=body.changes(), by=actor)}


@router.delete("/persons/{person_id}/corrections/{field}", policy=ADMIT)
def let_go_of_correction(person_id: UUID, field: str, session: WriteSession, actor: Actor) -> None:
    """Let files overwrite the field again."""
    corrections.let_go(session, person_id, field=field, by=actor)
