"""Tables about persons as they were published, and what each source says that it has told."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import JSON
from sqlmodel import Field

from services.reporting.tables.table import Table, core
from shared.db.types import UTCDateTime


class Publication(Table, table=True):
    """A breakdown by a personal attribute as it was on the last day of a month. Never changed once it is published.

    `cells` are numerator and denominator by member, of all members; those in `hidden` are shown to nobody.
    """

    indicator: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    dimension: str = Field(primary_key=True)
    on: date = Field(primary_key=True)
    published_at: datetime = Field(sa_type=UTCDateTime)
    cells: list[Any] = Field(sa_type=JSON)
    hidden: list[Any] = Field(sa_type=JSON)


class Tally(Table, table=True):
    """What a service said last that it has told of one kind of thing: how many events of how many things, at what moment.

    `stages` is how many of these stand in which stage; None where that was not said.
    """

    source: str = Field(primary_key=True)
    taken_at: datetime = Field(sa_type=UTCDateTime)
    events: int
    things: int
    stages: dict[str, int] | None = Field(default=None, sa_type=JSON)


class ContentCheck(Table, table=True):
    """What came of comparing the stages of a source's things with those that the facts say.

    `events` and `told_at` say what was compared; `seconds` is how long it took: the longer, the longer it rests.
    `differs` names the stages in which another number of things stand: told, and according to the facts.
    """

    __tablename__ = "content_check"

    source: str = Field(primary_key=True)
    generation: int
    events: int
    told_at: datetime = Field(sa_type=UTCDateTime)
    checked_at: datetime = Field(sa_type=UTCDateTime)
    seconds: float
    differs: dict[str, list[int]] = Field(sa_type=JSON)


class Drift(Table, table=True):
    """A source of which something else was taken in than it has told. `settled_at` is set when they agreed again."""

    source: str = Field(primary_key=True)
    found_at: datetime = Field(primary_key=True, sa_type=UTCDateTime)
    told: int
    taken_in: int
    seen_at: datetime = Field(sa_type=UTCDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


PUBLICATION: Final = core(Publication)
TALLY: Final = core(Tally)
DRIFT: Final = core(Drift)
CONTENT_CHECK: Final = core(ContentCheck)
