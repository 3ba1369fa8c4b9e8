"""Answers about work that was left to the workers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.matching.domain.jobs import JobKind, JobState


class RoundJobPublic(BaseModel):
    """A piece of work on a round. `result` is there once it is done: what was asked for; `failure` a code where it failed."""

    id: UUID
    round_id: UUID
    created_at: datetime
    kind: JobKind
    state: JobState
    progress: int
    failure: str | None
    result: dict[str, Any] | None
