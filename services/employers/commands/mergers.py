"""Two registrations of one company become one; two that only look alike are told apart for good.

Locks are taken in the order of the whole service: companies by id, postings by id, seats, then agreements.
"""

from uuid import UUID

from sqlmodel import col, select

from services.employers import queries
from services.employers.commands.agreements import record_agreement
from services.employers.commands.pledges import record_pledge
from services.employers.commands.postings import record_position
from services.employers.domain.agreements import AgreementsOverlap, AgreementState, overlap
from services.employers.domain.companies import IsMerged, SameCompany
from services.employers.queries.visibility import COMPANY
from services.employers.tables import Agreement, Company, Contact, Distinct, Headcount, Pledge, Position, Site
from shared.auth.actor import Actor
from shared.contracts.employers import AgreementChanged, CompanyMerged, PledgeChanged, PositionRevised
from shared.db import WriteSession
from shared.errors import NotFound
from shared.events.outbox import emit
from shared.versions import check_version


def merge_company(
    session: WriteSession, company_id: UUID, *, into: UUID, reason: str, expected: int | None = None, by: Actor
) -> Company:
    """Everything of a company belongs to `into` from now on, and so does whoever signs in with its number.

    Raises NotFound, Stale, SameCompany, IsMerged, and AgreementsOverlap when both have an agreement in force on the same day.
    """
    gone, kept = _locked_pair(session, company_id, into)
    check_version(gone, expected)
    _move_postings(session, gone, kept, reason=reason, by=by)
    _move_agreements(session, gone, kept, reason=reason, by=by)
    for pledge in session.exec(select(Pledge).where(Pledge.company_id == gone.id).order_by(col(Pledge.id)).with_for_update()):
        pledge.company_id = kept.id
        record_pledge(session, pledge, PledgeChanged)
    for thing in (Site, Contact):
        for row in session.exec(select(thing).where(thing.company_id == gone.id)):
            row.company_id = kept.id
    _move_headcounts(session, gone, kept)
    gone.merged_into_id = kept.id
    emit(session, gone, CompanyMerged(company_id=gone.id, into_id=kept.id))
    return gone


def tell_apart(session: WriteSession, *, first: UUID, second: UUID, by: Actor) -> None:
    """Note that two companies that look alike are not the same. Raises NotFound, SameCompany."""
    if first == second:
        raise SameCompany(pointer="/second")
    pair = sorted(queries.company(session, each, by=by).id for each in (first, second))
    if session.get(Distinct, tuple(pair)) is None:
        session.add(Distinct(first_id=pair[0], second_id=pair[1], by=by.subject))


def _locked_pair(session: WriteSession, gone_id: UUID, kept_id: UUID) -> tuple[Company, Company]:
    if gone_id == kept_id:
        raise SameCompany
    statement = select(Company).where(col(Company.id).in_([gone_id, kept_id])).order_by(col(Company.id))
    rows = {row.id: row for row in session.exec(statement.with_for_update().execution_options(populate_existing=True))}
    if rows.keys() != {gone_id, kept_id}:
        raise NotFound(COMPANY)
    for row in rows.values():
        if row.merged_into_id is not None:
            raise IsMerged(into=row.merged_into_id)
    return rows[gone_id], rows[kept_id]


def _move_postings(session: WriteSession, gone: Company, kept: Company, *, reason: str, by: Actor) -> None:
    statement = select(Position).where(Position.company_id == gone.id).order_by(col(Position.id)).with_for_update()
    for position in session.exec(statement).all():
        position.company_id = kept.id
        record_position(session, position, PositionRevised, by=by, reason=reason)


def _move_agreements(session: WriteSession, gone: Company, kept: Company, *, reason: str, by: Actor) -> None:
    statement = select(Agreement).where(col(Agreement.company_id).in_([gone.id, kept.id])).order_by(col(Agreement.id))
    rows = session.exec(statement.with_for_update()).all()
    active = [row for row in rows if row.state is AgreementState.ACTIVE]
    theirs = [row for row in active if row.company_id == kept.id]
    if any(overlap(mine, other) for mine in active if mine.company_id == gone.id for other in theirs):
        raise AgreementsOverlap
    for row in rows:
        if row.company_id == gone.id:
            row.company_id = kept.id
            record_agreement(session, row, AgreementChanged, by=by, reason=reason)


def _move_headcounts(session: WriteSession, gone: Company, kept: Company) -> None:
    known = set(session.exec(select(Headcount.year).where(Headcount.company_id == kept.id)))
    for row in session.exec(select(Headcount).where(Headcount.company_id == gone.id)).all():
        if row.year not in known:
            session.add(Headcount(**{**row.model_dump(), "company_id": kept.id}))
        session.delete(row)
