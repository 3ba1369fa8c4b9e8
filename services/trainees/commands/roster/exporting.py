"""Giving out what we hold as a whole: never without a line in the access log for everybody in it."""

from typing import Final
from uuid import UUID

from services.trainees.queries.roster.oneroster_export import oneroster_package
from services.trainees.queries.scope import visible
from services.trainees.tables import AccessEntry, Cohort, University, rows_of
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import WriteSession
from shared.db.bulk import bulk_insert
from shared.errors import N_, NotFound
from shared.ids import new_id

_ENTRY: Final = ("id", "recorded_at", "actor", "organisation", "origin", "action", "person_id", "purpose")


def export_oneroster(
    session: WriteSession, university_id: UUID, *, cohort_id: UUID | None, by: Actor, origin: str | None, purpose: str
) -> bytes:
    """The package, with the access on record in the same transaction. Raises NotFound."""
    university = visible(session, University, university_id, actor=by)
    if cohort_id is not None and visible(session, Cohort, cohort_id, actor=by).university_id != university_id:
        raise NotFound(N_("cohort"))
    package = oneroster_package(session, university, cohort_id=cohort_id)
    at = now()
    rows = [
        (new_id(), at, by.subject, by.organisation, origin, "roster.export", person_id, purpose)
        for person_id in package.person_ids
    ]
    bulk_insert(session, rows_of(AccessEntry), _ENTRY, rows)
    return package.content
