"""What the facts behind a figure are called where people read them: by the event that told them."""

from collections.abc import Mapping
from typing import Final

from services.reporting.pages.formatting import Format
from shared.errors import N_

FACTS: Final[Mapping[str, str]] = {
    "enrolment.applied": N_("applied"),
    "enrolment.completed": N_("completed"),
    "enrolment.dropped": N_("dropped out"),
    "enrolment.eligibility_decided": N_("eligibility decided"),
    "enrolment.employed_early": N_("employed before the end"),
    "enrolment.enrolled": N_("enrolled"),
    "enrolment.internship_started": N_("internship begun"),
    "enrolment.leave_started": N_("leave begun"),
    "enrolment.leave_ended": N_("back from leave"),
    "enrolment.month_reported": N_("month reported"),
    "enrolment.rejected": N_("rejected"),
    "enrolment.selected": N_("selected"),
    "enrolment.training_started": N_("training begun"),
    "enrolment.waitlisted": N_("put on the waiting list"),
    "enrolment.withdrawn": N_("withdrew"),
    "follow_up.due": N_("follow-up due"),
    "follow_up.moved": N_("follow-up moved"),
    "mismatch.found": N_("mismatch found"),
    "mismatch.resolved": N_("mismatch resolved"),
    "placement.accepted": N_("offer accepted"),
    "placement.declined": N_("offer declined"),
    "placement.ended": N_("employment ended"),
    "placement.evidenced": N_("evidence given"),
    "placement.expired": N_("offer expired"),
    "placement.offer_prolonged": N_("offer prolonged"),
    "placement.offered": N_("offered"),
    "placement.proposed": N_("proposed"),
    "placement.started": N_("employment begun"),
    "placement.withdrawn": N_("offer withdrawn"),
    "pledge.changed": N_("pledge changed"),
    "pledge.made": N_("pledge made"),
    "pledge.withdrawn": N_("pledge withdrawn"),
    "position.closed": N_("position closed"),
    "position.drafted": N_("position drafted"),
    "position.opened": N_("position opened"),
    "position.paused": N_("position paused"),
    "position.returned": N_("position returned"),
    "position.revised": N_("position revised"),
    "position.submitted": N_("position submitted"),
    "seat.filled": N_("seat filled"),
    "seat.lapsed": N_("seat lapsed"),
    "seat.posted": N_("seat posted"),
    "seat.reopened": N_("seat reopened"),
    "seat.reservation_refused": N_("reservation refused"),
    "seat.reserved": N_("seat reserved"),
    "seat.withdrawn": N_("seat withdrawn"),
}


def fact_name(kind: str, form: Format) -> str:
    """In words; an event that has none by its name."""
    return form.text(FACTS[kind]) if kind in FACTS else kind
