"""Agreements, what they grant, and the open postings that have none behind them any more."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.employers.domain.agreements import AgreementState, EndingDecision, Terms, standing
from services.employers.domain.positions import PositionState
from services.employers.queries.companies import company, history_of
from services.employers.queries.visibility import companies_of, positions_of
from services.employers.tables import Agreement, Company, Ending, Incentive, Position
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http.paging import Page, Rows

AGREEMENT: Final = N_("agreement")
INCENTIVE: Final = N_("incentive")
_LIVE: Final = (PositionState.OPEN, PositionState.PAUSED)


def agreements(session: ReadSession, company_id: UUID, page: Page, *, by: Actor) -> Rows[Agreement]:
    """A company's agreements, by their first day. Raises NotFound."""
    owner = company(session, company_id, by=by)
    statement = select(Agreement).where(Agreement.company_id == owner.id)
    return page.fetch(session, statement, key=[Agreement.starts_on, Agreement.id])


def all_agreements(
    session: ReadSession, page: Page, *, state: AgreementState | None, ends_before: date | None, by: Actor
) -> Rows[Agreement]:
    """Every agreement that the actor may see, by its last day: what runs out next comes first."""
    mine = select(Company.id).where(companies_of(by))
    statement = select(Agreement).where(col(Agreement.company_id).in_(mine))
    if state is not None:
        statement = statement.where(Agreement.state == state)
    if ends_before is not None:
        statement = statement.where(Agreement.ends_on < ends_before)
    return page.fetch(session, statement, key=[Agreement.ends_on, Agreement.id])


def agreement(session: ReadSession, company_id: UUID, agreement_id: UUID, *, by: Actor) -> dict[str, Any]:
    """One agreement of a company, with what it grants and its history. Raises NotFound."""
    found = find_agreement(session, company_id, agreement_id, by=by)
    granted = session.exec(
        select(Incentive).where(Incentive.agreement_id == found.id).order_by(col(Incentive.starts_on), col(Incentive.id))
    ).all()
    return {**found.model_dump(), "incentives": granted, "history": history_of(session, found.id)}


def find_agreement(session: ReadSession, company_id: UUID, agreement_id: UUID, *, by: Actor) -> Agreement:
    """Raises NotFound."""
    owner = company(session, company_id, by=by)
    found = session.exec(select(Agreement).where(Agreement.id == agreement_id, Agreement.company_id == owner.id)).first()
    if found is None:
        raise NotFound(AGREEMENT)
    return found


def without_agreement(session: ReadSession, page: Page, *, on: date, by: Actor) -> Rows[dict[str, Any]]:
    """The open and paused postings whose company has no agreement in force on a day and on which nobody decided yet.

    Each with how its company stands and the agreement that ended last, so that somebody can renew it, close the posting, or
    let it run on.
    """
    in_force = select(Agreement.company_id).where(
        Agreement.state == AgreementState.ACTIVE, Agreement.starts_on <= on, Agreement.ends_on >= on
    )
    decided = (
        select(Ending.id)
        .where(
            Ending.position_id == Position.id,
            Ending.decision == EndingDecision.RUN_ON,
            col(Ending.agreement_id).is_not_distinct_from(_last_of(col(Position.company_id))),
        )
        .exists()
    )
    statement = select(Position).where(
        positions_of(by), col(Position.state).in_(_LIVE), col(Position.company_id).not_in(in_force), ~decided
    )
    found = page.fetch(session, statement, key=[Position.id])
    terms: dict[UUID, list[Agreement]] = {row.company_id: [] for row in found.items}
    for row in session.exec(select(Agreement).where(col(Agreement.company_id).in_(terms)).order_by(col(Agreement.ends_on))):
        terms[row.company_id].append(row)
    return Rows([_undecided(row, terms[row.company_id], on=on) for row in found.items], found.next, found.total)


def last_agreement(session: ReadSession, company_id: UUID) -> UUID | None:
    """The agreement of a company that runs or ran the longest."""
    return session.exec(select(_last_of(company_id))).first()


def _last_of(company_id: Any) -> Any:
    ordered = select(Agreement.id).where(Agreement.company_id == company_id)
    return ordered.order_by(col(Agreement.ends_on).desc(), col(Agreement.id).desc()).limit(1).scalar_subquery()


def _undecided(position: Position, agreements: list[Agreement], *, on: date) -> dict[str, Any]:
    last = agreements[-1] if agreements else None
    terms: list[Terms] = list(agreements)
    return {
        "position_id": position.id,
        "company_id": position.company_id,
        "title": position.title,
        "state": position.state,
        "closes_on": position.closes_on,
        "standing": standing(terms, on=on),
        "agreement_id": last.id if last else None,
        "agreement_ended_on": last.ends_on if last else None,
    }


def granted(session: ReadSession) -> dict[str, int]:
    """What all agreements together grant, in won, by kind."""
    statement = select(Incentive.kind, func.sum(Incentive.amount_won)).group_by(col(Incentive.kind))
    return {kind: int(total) for kind, total in session.exec(statement)}
