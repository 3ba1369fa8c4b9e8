"""What names may be taken out for, over HTTP: the parameters of every export with names, and the list they are from."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel

from services.trainees.api.policies import SEE_PERSONS
from services.trainees.domain.purposes import LONGEST_NOTE, PURPOSES
from shared.http import ServiceRouter

router: Final = ServiceRouter(prefix="/api/v1")

_WHAT_FOR: Final = "what for: a code of `/persons/purposes`; kept in the access log"
Purpose = Annotated[str | None, Query(min_length=1, max_length=200, description=_WHAT_FOR)]
NeededPurpose = Annotated[str, Query(min_length=1, max_length=200, description=_WHAT_FOR)]
PurposeNote = Annotated[
    str | None, Query(max_length=LONGEST_NOTE, description="which provision, request or audit; kept in the access log")
]


class Words(BaseModel):
    ko: str
    en: str


class PurposePublic(BaseModel):
    """A purpose that names may be exported for, and what it rests on."""

    code: str
    name: Words
    basis: Words
    note_required: bool


class PurposesPublic(BaseModel):
    items: list[PurposePublic]


@router.get("/persons/purposes", policy=SEE_PERSONS, response_model=PurposesPublic)
def list_purposes() -> PurposesPublic:
    """What names may be exported for. Every export with names asks for one of these codes, and the access log keeps it."""
    return PurposesPublic(items=[PurposePublic.model_validate(each, from_attributes=True) for each in PURPOSES.values()])
