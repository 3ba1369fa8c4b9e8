"""Companies promise seats, change their mind, and take a promise back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.employers import queries
from services.employers.commands.companies import locked_company
from services.employers.domain.offers import Resolved
from services.employers.domain.pledges import PledgeIsWithdrawn
from services.employers.domain.positions import PositionKind
from services.employers.queries.pledges import PLEDGE
from services.employers.tables import Pledge
from shared import clock
from shared.auth.actor import Actor
from shared.contracts.employers import PledgeChanged, PledgeEvent, PledgeMade, PledgeWithdrawn
from shared.db import WriteSession
from shared.errors import Invalid, NotFound
from shared.events.outbox import emit
from shared.versions import check_version


def pledge_seats(
    session: WriteSession,
    company_id: UUID,
    *,
    month: str,
    field: str,
    kind: PositionKind,
    seats: int,
    skill: str | None = None,
    note: str | None = None,
    by: Actor,
) -> Pledge:
    """Write down a promise of seats; what is promised again for the same month comes on top. `skill` as people write it.

    Raises NotFound, IsMerged, and Invalid for an unknown skill.
    """
    company = locked_company(session, company_id, by=by)
    code = _code(session, skill)
    pledge = Pledge(company_id=company.id, month=month, field=field, kind=kind, seats=seats, skill=code, note=note)
    session.add(pledge)
    record_pledge(session, pledge, PledgeMade)
    return pledge


def change_pledge(
    session: WriteSession,
    company_id: UUID,
    pledge_id: UUID,
    *,
    changes: Mapping[str, Any],
    expected: int | None = None,
    by: Actor,
) -> Pledge:
    """Promise another number of seats, or say something else about it. Raises NotFound, Stale, PledgeIsWithdrawn, Invalid."""
    pledge = _locked(session, company_id, pledge_id, by=by)
    check_version(pledge, expected)
    changes = {**changes, "skill": _code(session, changes["skill"])} if "skill" in changes else changes
    for name, value in changes.items():
        setattr(pledge, name, value)
    record_pledge(session, pledge, PledgeChanged)
    return pledge


def withdraw_pledge(session: WriteSession, company_id: UUID, pledge_id: UUID, *, by: Actor) -> None:
    """Take a promise back: its row stays. Raises NotFound, PledgeIsWithdrawn."""
    pledge = _locked(session, company_id, pledge_id, by=by)
    pledge.withdrawn_on = clock.today()
    record_pledge(session, pledge, PledgeWithdrawn)


def record_pledge(session: WriteSession, pledge: Pledge, kind: type[PledgeEvent]) -> None:
    """Emit what happened to a promise, whole."""
    event = kind(
        pledge_id=pledge.id,
        company_id=pledge.company_id,
        month=pledge.month,
        field=pledge.field,
        kind=pledge.kind,
        seats=pledge.seats,
        skill=pledge.skill,
        effective_on=clock.today(),
    )
    emit(session, pledge, event)


def _code(session: WriteSession, skill: str | None) -> str | None:
    """The code of the skill that is meant."""
    resolved = Resolved()
    found = resolved.named(queries.taxonomy(session), skill, "/skill") if skill is not None else None
    if resolved.errors:
        raise Invalid(*resolved.errors)
    return found


def _locked(session: WriteSession, company_id: UUID, pledge_id: UUID, *, by: Actor) -> Pledge:
    company = locked_company(session, company_id, by=by)
    statement = select(Pledge).where(Pledge.id == pledge_id, Pledge.company_id == company.id)
    found = session.exec(statement.with_for_update().execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(PLEDGE)
    if found.withdrawn_on is not None:
        raise PledgeIsWithdrawn
    return found
