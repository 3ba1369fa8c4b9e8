"""What a search over positions answers."""

from typing import Annotated

from pydantic import BaseModel, Field

from services.employers.schemas.positions import PositionPublic
from shared.http import Listing


class Count(BaseModel):
    """What would be left with this value as a filter: postings, and the seats asked for in them."""

    value: Annotated[str | int | None, Field(description="a salary is the lower bound of its band in millions; null: not told")]
    ads: int
    seats: int


class Facets(BaseModel):
    field: list[Count]
    kind: list[Count]
    region: list[Count]
    salary: list[Count]
    skill: Annotated[list[Count], Field(description="the most wanted ones")]


class PositionsFound(Listing[PositionPublic]):
    ads: Annotated[int, Field(description="postings on all pages")]
    seats: Annotated[int, Field(description="seats asked for in them")]
    facets: Facets
