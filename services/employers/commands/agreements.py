"""Agreements are written down, come into force, rest and end."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlmodel import select

from services.employers import queries
from services.employers.commands.steps import record_step
from services.employers.domain import agreements as domain
from services.employers.domain.agreements import AgreementState
from services.employers.domain.moves import effective_day
from services.employers.queries.agreements import AGREEMENT
from services.employers.tables import Agreement, Company
from shared import clock
from shared.auth.actor import Actor
from shared.contracts.employers import (
    AgreementActivated,
    AgreementDrafted,
    AgreementEnded,
    AgreementEvent,
    AgreementSuspended,
)
from shared.db import WriteSession
from shared.errors import NotFound
from shared.events.outbox import emit
from shared.versions import check_version

_EVENTS: Final[Mapping[AgreementState, type[AgreementEvent]]] = MappingProxyType({
    AgreementState.DRAFT: AgreementDrafted,
    AgreementState.ACTIVE: AgreementActivated,
    AgreementState.SUSPENDED: AgreementSuspended,
    AgreementState.ENDED: AgreementEnded,
})  # fmt: skip


def draft_agreement(
    session: WriteSession,
    company_id: UUID,
    *,
    starts_on: date,
    ends_on: date,
    note: str | None = None,
    fields: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
    renews_id: UUID | None = None,
    by: Actor,
) -> Agreement:
    """Write down an agreement with a company, from its first day to its last, for these `fields` and `kinds` or for all.

    Raises NotFound, IsMerged, and Invalid for the dates.
    """
    company = queries.living_company(session, company_id, by=by)
    domain.check_dates(starts_on, ends_on)
    agreement = Agreement(
        company_id=company.id,
        # What began in the past was agreed then at the latest, whenever it is written down here.
        since=min(clock.today(), starts_on),
        starts_on=starts_on,
        ends_on=ends_on,
        note=note,
        fields=sorted(set(fields)) if fields else None,
        kinds=sorted(set(kinds)) if kinds else None,
        renews_id=renews_id,
    )
    session.add(agreement)
    record_agreement(session, agreement, by=by)
    return agreement


def move_agreement(
    session: WriteSession,
    company_id: UUID,
    agreement_id: UUID,
    *,
    to: AgreementState,
    effective_on: date | None = None,
    reason: str | None = None,
    expected: int | None = None,
    by: Actor,
) -> Agreement:
    """Move an agreement on. Raises NotFound, Stale, IllegalMove, Invalid, and AgreementsOverlap for a second active one."""
    agreement = locked_agreement(session, company_id, agreement_id, by=by)
    check_version(agreement, expected)
    state = domain.move(agreement.state, to)
    on = effective_day(effective_on, today=clock.today(), not_before=agreement.since)
    if state is AgreementState.ACTIVE:
        _check_alone(session, agreement)
    agreement.state, agreement.since = state, on
    record_agreement(session, agreement, by=by, reason=reason)
    return agreement


def locked_agreement(session: WriteSession, company_id: UUID, agreement_id: UUID, *, by: Actor) -> Agreement:
    """An agreement, locked until the transaction ends. Raises NotFound."""
    # The company's lock comes first: of two agreements that become active at once, one sees the other.
    queries.company(session, company_id, by=by)
    session.exec(select(Company.id).where(Company.id == company_id).with_for_update()).one()
    statement = select(Agreement).where(Agreement.id == agreement_id, Agreement.company_id == company_id)
    found = session.exec(statement.with_for_update().execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(AGREEMENT)
    return found


def _check_alone(session: WriteSession, agreement: Agreement) -> None:
    active = select(Agreement).where(
        Agreement.company_id == agreement.company_id, Agreement.state == AgreementState.ACTIVE, Agreement.id != agreement.id
    )
    if any(domain.overlap(agreement, other) for other in session.exec(active)):
        raise domain.AgreementsOverlap


def record_agreement(
    session: WriteSession,
    agreement: Agreement,
    kind: type[AgreementEvent] | None = None,
    *,
    by: Actor,
    reason: str | None = None,
) -> None:
    """Emit what happened to an agreement, whole, and add it to its history: without `kind`, that it came into its state."""
    event = (kind or _EVENTS[agreement.state])(
        agreement_id=agreement.id,
        company_id=agreement.company_id,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        effective_on=agreement.since,
        fields=agreement.fields,
        kinds=agreement.kinds,
        renews_id=agreement.renews_id,
    )
    emit(session, agreement, event)
    record_step(session, agreement, by=by, reason=reason)
