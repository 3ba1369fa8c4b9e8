"""What became of rosters: how many rows fared how, never what they said."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.trainees.registry import TraineesEvent


class RosterSettled(TraineesEvent):
    """A roster is through, or somebody decided about it afterwards. Told again whenever that changes, whole.

    `state` is applied, applied_with_holds, rejected, failed or undone; `mode` rows, delta or full. `held` are removals that
    wait for a person's decision, `vanished` those that were carried out.

    v1  first version
    """

    name: ClassVar[str] = "roster_sync.settled"
    roster_sync_id: UUID
    university_id: UUID
    mode: str
    state: str
    received_at: datetime
    finished_at: datetime
    rows_read: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    reactivated: int
    vanished: int
    held: int
