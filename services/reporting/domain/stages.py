"""Which stage an aggregate is in after a fact about it. A fact that changes no stage (better evidence, say) has none."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.contracts import employers, matching, trainees
from shared.events.contract import Event

ENROLMENT: Final = "enrolment"
PLACEMENT: Final = "placement"
SEAT: Final = "seat"
POSITION: Final = "position"
FOLLOW_UP: Final = "follow_up"

STAGE_AFTER: Final[Mapping[type[Event], str | None]] = MappingProxyType(
    {
        trainees.EnrolmentApplied: "applied",
        trainees.EnrolmentWaitlisted: "waitlisted",
        trainees.EnrolmentSelected: "selected",
        trainees.EnrolmentRejected: "rejected",
        trainees.EnrolmentWithdrawn: "withdrawn",
        trainees.EnrolmentEnrolled: "enrolled",
        trainees.TrainingStarted: "training",
        trainees.InternshipStarted: "interning",
        trainees.LeaveStarted: "on_leave",
        trainees.EnrolmentCompleted: "completed",
        trainees.EnrolmentDropped: "dropped",
        trainees.EmployedEarly: "employed_early",
        trainees.EligibilityDecided: None,
        trainees.EnrolmentMonthReported: None,
        trainees.EnrolmentMonthReported: None,
        employers.PositionDrafted: "draft",
        employers.PositionReturned: "draft",
        employers.PositionSubmitted: "in_review",
        employers.PositionOpened: "open",
        employers.PositionPaused: "paused",
        employers.PositionClosed: "closed",
        employers.PositionRevised: None,
        employers.SeatPosted: "open",
        employers.SeatReserved: "reserved",
        employers.SeatReservationRefused: None,
        employers.SeatFilled: "filled",
        employers.SeatReopened: "open",
        employers.SeatLapsed: "lapsed",
        employers.SeatWithdrawn: "withdrawn",
        employers.PledgeMade: "promised",
        employers.PledgeChanged: "promised",
        employers.PledgeWithdrawn: "withdrawn",
        matching.FollowUpDue: "due",
        matching.FollowUpMoved: "due",
        matching.MismatchFound: "found",
        matching.MismatchResolved: "resolved",
        matching.PlacementProposed: "proposed",
        matching.PlacementOffered: "offered",
        matching.PlacementAccepted: "accepted",
        matching.PlacementStarted: "started",
        matching.PlacementOfferProlonged: None,
        matching.PlacementEvidenced: None,
        matching.PlacementEnded: "ended",
        matching.PlacementDeclined: "declined",
        matching.PlacementWithdrawn: "withdrawn",
        matching.PlacementExpired: "expired",
    }
)

IN_TRAINING: Final = ("enrolled", "training", "interning", "on_leave")
STARTED: Final = (*IN_TRAINING, "completed", "dropped", "employed_early")
LEFT_BEFORE_START: Final = ("rejected", "withdrawn")


def stage_after(event: Event) -> str | None:
    """The stage that `event` leads to. Back from leave it is the one that was left. Raises KeyError for an unknown event."""
    return event.to if isinstance(event, trainees.LeaveEnded) else STAGE_AFTER[type(event)]
