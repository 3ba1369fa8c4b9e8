"""A posting written down once more, from one that was there before."""

from datetime import date
from typing import Final
from uuid import UUID

from services.employers import queries
from services.employers.commands.drafting import draft_position
from services.employers.tables import Position
from shared.auth.actor import Actor
from shared.db import WriteSession

_SAME: Final = {"company_id", "title", "description", "field", "kind", "region", "duration_months", "contact_id"}


def copy_position(
    session: WriteSession,
    position_id: UUID,
    *,
    opens_on: date,
    closes_on: date | None = None,
    seats: int | None = None,
    by: Actor,
) -> Position:
    """A draft that says what another posting says, for another window. Its seats are new until somebody says otherwise.

    Raises NotFound, and Invalid for the window and for what the posting said and nobody may say any more.
    """
    source = queries.find_position(session, position_id, by=by)
    said = {**source.model_dump(include=_SAME), **queries.offer_of(source)}
    return draft_position(session, opens_on=opens_on, closes_on=closes_on, seats=seats or source.seats, by=by, **said)
