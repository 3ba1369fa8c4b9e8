"""The HTTP routes of trainees: each parses, calls one command or query, and returns."""

from services.trainees.api import (
    attendance,
    cohort_work,
    enrolments,
    file_ids,
    identity,
    outcomes,
    persons,
    placed,
    purposes,
    registry,
    roster_exports,
    roster_progress,
    roster_settings,
    roster_syncs,
)

ROUTERS = (
    registry.router,
    outcomes.router,
    enrolments.router,
    cohort_work.router,
    attendance.router,
    identity.router,
    file_ids.router,
    purposes.router,
    placed.router,
    persons.router,
    roster_syncs.router,
    roster_progress.router,
    roster_settings.router,
    roster_exports.router,
)
