"""What trainees does when a placement starts or ends."""

from services.trainees.commands.employments import end_employment, start_employment
from shared.contracts.matching import PlacementEnded, PlacementStarted
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
