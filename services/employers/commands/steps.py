"""The record of who led an agreement or a position to which state, and why."""

from services.employers.tables import Agreement, Position, Step
from shared.auth.actor import Actor
from shared.db import WriteSession


def record_step(session: WriteSession, aggregate: Agreement | Position, *, by: Actor, reason: str | None = None) -> None:
    """Add the step that `aggregate` has just taken. Call it after its event was emitted: they share the version."""
    session.add(
        Step(
            aggregate_id=aggregate.id,
            version=aggregate.version,
            state=aggregate.state,
            effective_on=aggregate.since,
            reason=reason,
            by=by.subject,
        )
    )
