"""What reporting does when something happened elsewhere: it writes it down, a batch at a time."""

from collections.abc import Sequence

from services.reporting import commands
from shared.db import WriteSession
from shared.events.handlers import Delivery, Handlers

handlers = Handlers()


@handlers.project(
    "trainees.university",
    "trainees.program",
    "trainees.cohort",
    "trainees.person",
    "trainees.enrolment",
    "employers.company",
    "employers.position",
    "employers.seat",
    "employers.pledge",
    "matching.placement",
    "matching.follow_up",
    "matching.mismatch",
    "trainees.roster_sync",
    "matching.round",
    "trainees.tally",
    "employers.tally",
    "matching.tally",
)
def everything_becomes_facts(session: WriteSession, deliveries: Sequence[Delivery], generation: int) -> None:
    commands.store_facts(session, deliveries, generation)
