"""What a placement does to the seat that it names.

An event that names a seat which does not exist is set aside by the consumer: matching only names seats that were posted.
"""

from collections.abc import Sequence
from uuid import UUID

from services.employers import commands
from services.employers.domain.demand import Prospect
from shared.contracts.matching import (
    PlacementDeclined,
    PlacementEnded,
    PlacementEvent,
    PlacementExpired,
    PlacementOffered,
    PlacementReopened,
    PlacementReversed,
    PlacementStarted,
    PlacementWithdrawn,
)
from shared.contracts.trainees import (
    CohortChanged,
    CohortOpened,
    EnrolmentApplied,
    EnrolmentCompleted,
    EnrolmentEvent,
    EnrolmentExit,
    EnrolmentWaitlisted,
    ProgramOutcomesSet,
)
from shared.db import WriteSession
from shared.errors import N_, Refused
from shared.events.contract import Event
from shared.events.handlers import Delivery, Handlers

handlers = Handlers()


class SeatNotNamed(Refused):
    code = "seat_not_named"
    title = N_("No seat is named")
    detail = N_("An offered or started placement names no seat.")


@handlers.before_each_batch
def postings_are_locked_in_one_order(session: WriteSession, events: Sequence[Event]) -> None:
    named = {event.seat_id for event in events if isinstance(event, PlacementEvent) and event.seat_id is not None}
    commands.lock_postings_of(session, named)


@handlers.on(PlacementOffered)
def offer_reserves_seat(session: WriteSession, event: PlacementOffered) -> None:
    commands.reserve_seat(session, _named(event), placement_id=event.placement_id, on=event.effective_on)


@handlers.on(PlacementStarted)
def start_fills_seat(session: WriteSession, event: PlacementStarted) -> None:
    commands.fill_seat(
        session,
        _named(event),
        placement_id=event.placement_id,
        grew_from=event.converted_from_seat_id,
        on=event.effective_on,
    )


@handlers.on(PlacementDeclined)
def refusal_gives_seat_back(session: WriteSession, event: PlacementDeclined) -> None:
    _give_back(session, event)


@handlers.on(PlacementWithdrawn)
def withdrawal_gives_seat_back(session: WriteSession, event: PlacementWithdrawn) -> None:
    _give_back(session, event)


@handlers.on(PlacementExpired)
def silence_gives_seat_back(session: WriteSession, event: PlacementExpired) -> None:
    _give_back(session, event)


@handlers.on(PlacementEnded)
def end_of_employment_vacates_seat(session: WriteSession, event: PlacementEnded) -> None:
    commands.vacate_seat(session, _named(event), placement_id=event.placement_id, on=event.effective_on)


@handlers.on(PlacementReversed)
def what_never_was_a_hire_gives_seat_back(session: WriteSession, event: PlacementReversed) -> None:
    _give_back(session, event)


@handlers.on(PlacementReopened)
def employment_that_runs_on_fills_its_seat_again(session: WriteSession, event: PlacementReopened) -> None:
    commands.fill_seat(session, _named(event), placement_id=event.placement_id, on=event.effective_on)


def _give_back(session: WriteSession, event: PlacementEvent) -> None:
    # A placement that was never offered has no seat to give back.
    if event.seat_id is not None:
        commands.give_seat_back(session, event.seat_id, placement_id=event.placement_id, on=event.effective_on)


def _named(event: PlacementEvent) -> UUID:
    if event.seat_id is None:
        raise SeatNotNamed
    return event.seat_id


@handlers.on(CohortOpened)
def cohort_is_expected(session: WriteSession, event: CohortOpened) -> None:
    commands.know_cohort(session, event)


@handlers.on(CohortChanged)
def cohort_is_expected_otherwise(session: WriteSession, event: CohortChanged) -> None:
    commands.know_cohort(session, event)


@handlers.on(ProgramOutcomesSet)
def completers_will_have_skills(session: WriteSession, event: ProgramOutcomesSet) -> None:
    commands.know_outcomes(session, event.program_id, skills=event.skills)


@handlers.project("trainees.enrolment")
def completers_are_counted_on(session: WriteSession, deliveries: Sequence[Delivery], _generation: int) -> None:
    events = [delivery.event for delivery in deliveries if isinstance(delivery.event, EnrolmentEvent)]
    commands.know_programs(session, {event.cohort_id: event.program_id for event in events})
    commands.know_enrolments(session, {event.enrolment_id: (event.cohort_id, _prospect(event)) for event in events})


def _prospect(event: EnrolmentEvent) -> Prospect:
    if isinstance(event, EnrolmentCompleted):
        return Prospect.COMPLETED
    if isinstance(event, EnrolmentExit):
        return Prospect.GONE
    return Prospect.APPLIED if isinstance(event, EnrolmentApplied | EnrolmentWaitlisted) else Prospect.EXPECTED
