"""What an agreement says besides its dates: whom it covers, what it grants, and how it goes on or comes to its end."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from services.employers.commands.agreements import draft_agreement, locked_agreement, record_agreement
from services.employers.domain.agreements import AgreementFixed, AgreementState, NotRenewable, check_dates, move
from services.employers.domain.incentives import IncentiveKind, check_period
from services.employers.queries.agreements import INCENTIVE
from services.employers.tables import Agreement, Incentive
from shared import clock
from shared.auth.actor import Actor
from shared.contracts.employers import AgreementChanged
from shared.db import Database, WriteSession
from shared.errors import NotFound
from shared.versions import check_version

EXPIRED: Final = "expired"
_AT_ONCE: Final = 200


def change_agreement(
    session: WriteSession,
    company_id: UUID,
    agreement_id: UUID,
    *,
    changes: Mapping[str, Any],
    expected: int | None = None,
    by: Actor,
) -> Agreement:
    """Change what an agreement covers, its note or, while it is a draft, its days.

    Raises NotFound, Stale, AgreementFixed, and Invalid for the dates.
    """
    agreement = locked_agreement(session, company_id, agreement_id, by=by)
    check_version(agreement, expected)
    dates = changes.keys() & {"starts_on", "ends_on"}
    if agreement.state is AgreementState.ENDED or (dates and agreement.state is not AgreementState.DRAFT):
        raise AgreementFixed
    check_dates(changes.get("starts_on", agreement.starts_on), changes.get("ends_on", agreement.ends_on))
    wanted = {name: value for name, value in changes.items() if getattr(agreement, name) != value}
    for name, value in wanted.items():
        setattr(agreement, name, value)
    if wanted:
        record_agreement(session, agreement, AgreementChanged, by=by)
    return agreement


def renew_agreement(
    session: WriteSession, company_id: UUID, agreement_id: UUID, *, ends_on: date, note: str | None = None, by: Actor
) -> Agreement:
    """Draft the agreement that goes on from this one: from the day after its last, for what it covers.

    Raises NotFound, NotRenewable for a draft or one that was renewed already, and Invalid for the dates.
    """
    old = locked_agreement(session, company_id, agreement_id, by=by)
    renewed = session.exec(select(Agreement.id).where(Agreement.renews_id == old.id)).first()
    if old.state is AgreementState.DRAFT or renewed is not None:
        raise NotRenewable(state="renewed" if renewed else old.state)
    first = old.ends_on + timedelta(days=1)
    said: dict[str, Any] = {"note": note, "fields": old.fields, "kinds": old.kinds, "renews_id": old.id}
    return draft_agreement(session, company_id, starts_on=first, ends_on=ends_on, by=by, **said)


def grant_incentive(
    session: WriteSession,
    company_id: UUID,
    agreement_id: UUID,
    *,
    kind: IncentiveKind,
    amount_won: int,
    starts_on: date,
    ends_on: date,
    note: str | None = None,
    by: Actor,
) -> Incentive:
    """Grant a company something under an agreement. Raises NotFound, AgreementFixed, and Invalid for the days."""
    agreement = locked_agreement(session, company_id, agreement_id, by=by)
    if agreement.state is AgreementState.ENDED:
        raise AgreementFixed
    check_period(starts_on, ends_on, within=(agreement.starts_on, agreement.ends_on))
    granted = Incentive(
        agreement_id=agreement.id, kind=kind, amount_won=amount_won, starts_on=starts_on, ends_on=ends_on, note=note
    )
    session.add(granted)
    return granted


def take_incentive_back(session: WriteSession, company_id: UUID, agreement_id: UUID, incentive_id: UUID, *, by: Actor) -> None:
    """Take back what was granted. Raises NotFound."""
    agreement = locked_agreement(session, company_id, agreement_id, by=by)
    found = session.exec(select(Incentive).where(Incentive.id == incentive_id, Incentive.agreement_id == agreement.id)).first()
    if found is None:
        raise NotFound(INCENTIVE)
    session.delete(found)


def expire_agreements(database: Database) -> int:
    """End every agreement whose last day has passed, and return how many. Safe to run at any time and anywhere.

    Nothing else happens: postings that are open under it stay open and stand in the list of those to be decided on.
    """
    ended = 0
    while batch := database.run(_expire_some, idempotent=True):
        ended += batch
    return ended


def _expire_some(session: WriteSession) -> int:
    yesterday = clock.today() - timedelta(days=1)
    running = (AgreementState.ACTIVE, AgreementState.SUSPENDED)
    statement = select(Agreement).where(col(Agreement.state).in_(running), Agreement.ends_on <= yesterday)
    due = session.exec(statement.order_by(col(Agreement.id)).limit(_AT_ONCE).with_for_update(skip_locked=True)).all()
    for agreement in due:
        agreement.state = move(agreement.state, AgreementState.ENDED)
        agreement.since = max(agreement.ends_on + timedelta(days=1), agreement.since)
        record_agreement(session, agreement, by=Actor.system("employers"), reason=EXPIRED)
    return len(due)
