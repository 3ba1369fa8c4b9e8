"""Files of positions as they are shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.employers.schemas.values import VERSION
from services.employers.tables.imports import ImportState


class CellProblem(BaseModel):
    column: Annotated[str, Field(description="a column of the template; empty: the line as a whole")]
    code: str
    message: str


class LineShown(BaseModel):
    line: int
    title: str | None
    seats: int | None
    errors: list[CellProblem]
    position_id: Annotated[UUID | None, Field(description="the position that it became")]


class PositionImportPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=VERSION)]
    created_at: datetime
    company_id: UUID
    state: Annotated[ImportState, Field(description="a preview writes nothing")]
    total: Annotated[int, Field(description="lines of the file")]
    ready: Annotated[int, Field(description="lines looked at so far, or, while writing, written down")]
    accepted: Annotated[int, Field(description="lines with which nothing is wrong")]
    rejected: int
    lines: Annotated[list[LineShown], Field(description="every line; of a file of more than 1,000 the first that were rejected")]
