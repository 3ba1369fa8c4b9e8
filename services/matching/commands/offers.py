"""Offers that wait longer for their answer than was said."""

from datetime import date
from uuid import UUID

from services.matching.commands.history import Told, record
from services.matching.commands.locking import locked_placement
from services.matching.domain.offers import NoOfferOut, answer_day
from services.matching.domain.placements import PlacementState
from services.matching.tables import Placement
from shared.auth.actor import Actor
from shared.clock import today
from shared.contracts.matching import PlacementOfferProlonged
from shared.db import WriteSession
from shared.versions import check_version


def let_offer_wait(
    session: WriteSession, placement_id: UUID, *, until: date, by: Actor, expected: int | None = None
) -> Placement:
    """Give an offer another last day for its answer; the same again is no event. Raises NotFound, Stale, NoOfferOut, Invalid."""
    placement, _ = locked_placement(session, placement_id, by=by)
    check_version(placement, expected)
    if placement.state is not PlacementState.OFFERED:
        raise NoOfferOut
    day = answer_day(placement.state, until, offered_on=placement.stepped_on, today=today())
    if placement.answer_by != day:
        placement.answer_by = day
        record(session, placement, PlacementOfferProlonged, Told(today(), None, recorded_by=by.subject))
    return placement
