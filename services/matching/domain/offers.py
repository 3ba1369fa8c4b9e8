"""How long an offer waits for its answer. Nothing is confirmed because nobody answered: an offer lapses, it is not taken."""

from datetime import date, timedelta
from typing import Final

from services.matching.domain.placements import PlacementState
from shared.errors import N_, Conflict, FieldError, Invalid

USUAL_DAYS: Final = 14
MOST_DAYS: Final = 90


class NoOfferOut(Conflict):
    code = "no_offer_out"
    title = N_("No offer is out")
    detail = N_("The placement is not offered: there is no answer to wait for.")


def answer_day(
    target: PlacementState, given: date | None, *, offered_on: date, today: date, usual: int | None = None
) -> date | None:
    """The last day for the answer to an offer: `given`, or `usual` days, two weeks if nobody said. None for what is no offer.

    An offer that is recorded late has its days from now on. Raises Invalid for a day that has passed, one too far
    ahead, or one given for another step.
    """
    if target is not PlacementState.OFFERED:
        if given is not None:
            raise Invalid(FieldError("/answer_by", "not_an_offer", N_("Only an offer has this.")))
        return None
    from_day = max(offered_on, today)
    if given is None:
        return from_day + timedelta(days=usual or USUAL_DAYS)
    if given < today:
        raise Invalid(FieldError("/answer_by", "in_the_past", N_("May not lie in the past.")))
    if given > from_day + timedelta(days=MOST_DAYS):
        raise Invalid(FieldError("/answer_by", "too_late", N_("May not lie more than {days} days ahead."), {"days": MOST_DAYS}))
    return given
