"""Reading personal data whole: never without a line in the access log."""

from uuid import UUID

from services.trainees.queries.persons import WholePerson, whole
from services.trainees.tables import AccessEntry
from shared.auth.actor import Actor
from shared.db import WriteSession


def read_person(
    session: WriteSession, person_id: UUID, *, by: Actor, origin: str | None = None, purpose: str | None = None
) -> WholePerson:
    """A person whole, and the access on record in the same transaction. Raises NotFound."""
    person = whole(session, person_id, actor=by)
    session.add(
        AccessEntry(
            actor=by.subject,
            organisation=by.organisation,
            origin=origin,
            action="person.read",
            person_id=person_id,
            purpose=purpose,
        )
    )
    return person
