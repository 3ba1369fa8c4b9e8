"""What placements and companies tell of who may know whom, and a company's look at somebody who said yes to it."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col

from services.trainees.domain.placed import PlacedState
from services.trainees.queries.placed import WholePlaced, whole_placed
from services.trainees.tables import AccessEntry, KnownCompany, PlacedPerson
from shared.auth.actor import Actor
from shared.db import WriteSession


def read_placed(
    session: WriteSession, placement_id: UUID, *, by: Actor, origin: str | None = None, purpose: str | None = None
) -> WholePlaced:
    """Whom a placement placed, and the access on record in the same transaction. Raises NotFound, Erased."""
    found = whole_placed(session, placement_id, actor=by)
    session.add(
        AccessEntry(
            actor=by.subject,
            organisation=by.organisation,
            origin=origin,
            action="placed_person.read",
            person_id=found.person_id,
            purpose=purpose,
        )
    )
    return found


def know_placed(
    session: WriteSession,
    placement_id: UUID,
    *,
    company_id: UUID,
    person_id: UUID,
    enrolment_id: UUID,
    state: PlacedState,
    since: date,
) -> None:
    """A placement stands where the company may know the person."""
    session.merge(
        PlacedPerson(
            placement_id=placement_id,
            company_id=company_id,
            person_id=person_id,
            enrolment_id=enrolment_id,
            state=state,
            since=since,
        )
    )


def forget_placed(session: WriteSession, placement_id: UUID) -> None:
    """A placement fell through, or never was: the company has nothing to do with the person any more."""
    session.execute(delete(PlacedPerson).where(col(PlacedPerson.placement_id) == placement_id))


def date_placed(session: WriteSession, placement_id: UUID, *, started_on: date, ended_on: date | None) -> None:
    """The days of an employment are others than was said."""
    placed = session.get(PlacedPerson, placement_id)
    if placed is not None:
        placed.state = PlacedState.STARTED if ended_on is None else PlacedState.ENDED
        placed.since = ended_on or started_on


def move_placed(session: WriteSession, placement_id: UUID, *, person_id: UUID) -> None:
    """A placement is another person's than was said before."""
    placed = session.get(PlacedPerson, placement_id)
    if placed is not None:
        placed.person_id = person_id


def know_company(session: WriteSession, company_id: UUID, *, business_number: str) -> None:
    """An employer's token carries `business_number`."""
    known = session.get(KnownCompany, company_id)
    if known is None:
        session.add(KnownCompany(company_id=company_id, business_number=business_number))
    else:
        known.business_number = business_number


def merge_company(session: WriteSession, company_id: UUID, *, into_id: UUID) -> None:
    """A company turned out to be another: what is this one's is that one's to see."""
    session.execute(update(KnownCompany).where(col(KnownCompany.into_id) == company_id).values(into_id=into_id))
    merged = session.get(KnownCompany, company_id)
    if merged is None:
        merged = KnownCompany(company_id=company_id, business_number="")
        session.add(merged)
    merged.into_id = into_id
