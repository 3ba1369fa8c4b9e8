"""What of the figures a caller may see: those who act for an organisation see its own and nothing else."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from services.reporting.indicators import Indicator
from services.reporting.queries.freshness import live_generation
from services.reporting.tables import COMPANY, IDENTITY, UNIVERSITY
from shared.auth.actor import Actor, Role
from shared.db import ReadSession
from shared.errors import N_, Forbidden, NotFound
from shared.ids import new_id

SEES_EVERYTHING: Final = (Role.PROGRAM_MANAGER, Role.EXECUTIVE, Role.AUDITOR, Role.ADMIN)
SEES_WHO: Final = (Role.PROGRAM_MANAGER, Role.AUDITOR, Role.ADMIN)
_KEYS: Final = {
    Role.UNIVERSITY: (UNIVERSITY.c.university_id, UNIVERSITY.c.code, N_("university")),
    Role.EMPLOYER: (COMPANY.c.company_id, COMPANY.c.business_number, N_("company")),
}


def narrowed(session: ReadSession, actor: Actor, indicator: Indicator, only: Mapping[str, Any]) -> Mapping[str, Any]:
    """What `actor` asked for, narrowed to their organisation where they act for one.

    Raises NotFound for another organisation's figures, and Forbidden for an indicator that is not kept by organisation.
    """
    if actor.has(*SEES_EVERYTHING):
        return only
    role = next((role for role in _KEYS if actor.has(role)), None)
    if role is None:
        raise Forbidden
    key, name, what = _KEYS[role]
    if key.name not in indicator.dimensions:
        raise Forbidden
    generation = live_generation(session)
    own = session.execute(select(key).where(key.table.c.generation == generation, name == actor.organisation)).scalar()
    if role is Role.EMPLOYER:
        own = _merged_into(session, generation, own)
    if only.get(key.name, own) != own:
        raise NotFound(what)
    # An organisation that nothing was heard of yet has no figures: an id that nobody has asks for exactly that.
    return {**only, key.name: own or new_id()}


def _merged_into(session: ReadSession, generation: int, company: UUID | None) -> UUID | None:
    """What a company has become: who acts for one that was merged sees what it was merged into."""
    rows = select(IDENTITY.c.id, IDENTITY.c.counts_as).where(IDENTITY.c.generation == generation, IDENTITY.c.kind == "company")
    became = {row.id: row.counts_as for row in session.execute(rows.order_by(IDENTITY.c.version))}
    while company in became:
        company = became[company]
    return company
