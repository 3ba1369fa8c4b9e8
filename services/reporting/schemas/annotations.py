"""What callers send and are shown of notes on days."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field

from shared.http.bodies import Body

LONGEST: Final = 200
Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Name = Annotated[str | None, Field(max_length=60)]


class AnnotationCreate(Body):
    """What happened on a day. With an `indicator` or a `goal` it is shown with these only, with neither everywhere."""

    on: date
    text_ko: Words
    text_en: Words
    indicator: Name = None
    goal: Name = None


class AnnotationPublic(BaseModel):
    id: UUID
    version: int
    created_at: datetime
    on: date
    text_ko: str
    text_en: str
    indicator: str | None
    goal: str | None
    by: str
