"""What trainees does when a placement takes a step: who works, and which company may know whom by that."""

from services.trainees.commands import placed
from services.trainees.commands.employments import (
    correct_employment,
    end_employment,
    reopen_employment,
    reverse_employment,
    start_employment,
)
from services.trainees.domain.placed import PlacedState
from shared.contracts.employers import CompanyChanged, CompanyMerged, CompanyRegistered
from shared.contracts.matching import (
    PlacementAccepted,
    PlacementDatesCorrected,
    PlacementDeclined,
    PlacementEnded,
    PlacementEvent,
    PlacementExpired,
    PlacementMovedToPerson,
    PlacementReopened,
    PlacementReversed,
    PlacementStarted,
    PlacementWithdrawn,
)
from shared.db import WriteSession
from shared.events.handlers import Handlers

handlers = Handlers()


@handlers.on(PlacementAccepted)
def person_said_yes(session: WriteSession, event: PlacementAccepted) -> None:
    _may_be_known(session, event, PlacedState.ACCEPTED)


@handlers.on(PlacementStarted)
def person_is_employed(session: WriteSession, event: PlacementStarted) -> None:
    start_employment(
        session,
        event.placement_id,
        person_id=event.person_id,
        company_id=event.company_id,
        kind=event.kind,
        started_on=event.effective_on,
        reported_on=event.reported_on,
    )
    _may_be_known(session, event, PlacedState.STARTED)


@handlers.on(PlacementEnded)
def employment_ends(session: WriteSession, event: PlacementEnded) -> None:
    end_employment(session, event.placement_id, ended_on=event.effective_on)
    _may_be_known(session, event, PlacedState.ENDED)


@handlers.on(PlacementReversed)
def employment_never_was(session: WriteSession, event: PlacementReversed) -> None:
    reverse_employment(session, event.placement_id, on=event.effective_on)
    placed.forget_placed(session, event.placement_id)


@handlers.on(PlacementReopened)
def employment_runs_on(session: WriteSession, event: PlacementReopened) -> None:
    reopen_employment(session, event.placement_id)
    _may_be_known(session, event, PlacedState.STARTED)


@handlers.on(PlacementDatesCorrected)
def employment_had_other_days(session: WriteSession, event: PlacementDatesCorrected) -> None:
    correct_employment(session, event.placement_id, started_on=event.started_on, ended_on=event.ended_on)
    placed.date_placed(session, event.placement_id, started_on=event.started_on, ended_on=event.ended_on)


@handlers.on(PlacementDeclined)
def nothing_came_of_it(session: WriteSession, event: PlacementDeclined) -> None:
    placed.forget_placed(session, event.placement_id)


@handlers.on(PlacementWithdrawn)
def it_was_taken_back(session: WriteSession, event: PlacementWithdrawn) -> None:
    placed.forget_placed(session, event.placement_id)


@handlers.on(PlacementExpired)
def nobody_answered(session: WriteSession, event: PlacementExpired) -> None:
    placed.forget_placed(session, event.placement_id)


@handlers.on(PlacementMovedToPerson)
def it_was_somebody_else(session: WriteSession, event: PlacementMovedToPerson) -> None:
    placed.move_placed(session, event.placement_id, person_id=event.person_id)


@handlers.on(CompanyRegistered)
def company_is_known(session: WriteSession, event: CompanyRegistered) -> None:
    placed.know_company(session, event.company_id, business_number=event.business_number)


@handlers.on(CompanyChanged)
def company_is_described_otherwise(session: WriteSession, event: CompanyChanged) -> None:
    placed.know_company(session, event.company_id, business_number=event.business_number)


@handlers.on(CompanyMerged)
def company_turned_out_to_be_another(session: WriteSession, event: CompanyMerged) -> None:
    placed.merge_company(session, event.company_id, into_id=event.into_id)


def _may_be_known(session: WriteSession, event: PlacementEvent, state: PlacedState) -> None:
    placed.know_placed(
        session,
        event.placement_id,
        company_id=event.company_id,
        person_id=event.person_id,
        enrolment_id=event.enrolment_id,
        state=state,
        since=event.effective_on,
    )
