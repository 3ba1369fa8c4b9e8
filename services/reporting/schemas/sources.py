"""What callers are shown of sources and how they stand."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from services.reporting.queries.drift import Standing


class SourceState(StrEnum):
    """`arriving`: something is on its way. `drift`: it differs although there was time. `source_stale`: silent for a day."""

    OK = "ok"
    ARRIVING = "arriving"
    DRIFT = "drift"
    SOURCE_STALE = "source_stale"


class StandingPublic(BaseModel):
    """How one source stands."""

    source: str
    state: SourceState
    told: Annotated[int, Field(description="events that it says it has told")]
    taken_in: Annotated[int, Field(description="events of it that were taken in")]
    things: Annotated[int, Field(description="enrolments, seats, ... that it holds")]
    things_known: Annotated[int | None, Field(description="those that there are facts of; null where that is not compared")]
    told_at: datetime
    last_event_at: datetime | None
    differs: Annotated[
        dict[str, list[int]],
        Field(description="stages in which another number of things stand than it says: that number, and that of the facts"),
    ] = {}

    @classmethod
    def of(cls, found: Standing) -> "StandingPublic":
        state = SourceState.OK if found.told == found.taken_in else SourceState.ARRIVING
        if found.drifts:
            state = SourceState.DRIFT
        elif found.stale:
            state = SourceState.SOURCE_STALE
        same = {name: getattr(found, name) for name in cls.model_fields if name != "state"}
        return cls(**same, state=state)
