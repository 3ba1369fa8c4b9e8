"""What trainees does when a placement starts, ends, runs on after all or turns out never to have been."""

from services.trainees.commands.employments import end_employment, reopen_employment, reverse_employment, start_employment
from shared.contracts.matching import PlacementEnded, PlacementReopened, PlacementReversed, PlacementStarted
from shared.db import WriteSession
from shared.events.handlers import Handlers

handlers = Handlers()


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


@handlers.on(PlacementEnded)
def employment_ends(session: WriteSession, event: PlacementEnded) -> None:
    end_employment(session, event.placement_id, ended_on=event.effective_on)


@handlers.on(PlacementReversed)
def employment_never_was(session: WriteSession, event: PlacementReversed) -> None:
    reverse_employment(session, event.placement_id, on=event.effective_on)


@handlers.on(PlacementReopened)
def employment_runs_on(session: WriteSession, event: PlacementReopened) -> None:
    reopen_employment(session, event.placement_id)
