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
    key, _, what = _KEYS[role]
    if key.name not in indicator.dimensions:
        raise Forbidden
    # An organisation that nothing was heard of yet has no figures: an id that nobody has asks for exactly that.
    own = _own(session, actor, role) or new_id()
    if only.get(key.name, own) != own:
        raise NotFound(what)
    return {**only, key.name: own}


def own_university(session: ReadSession, actor: Actor) -> UUID | None:
    """The university whose things alone the actor may see; None for who sees everybody's."""
    return _own_only(session, actor, Role.UNIVERSITY)


def own_company(session: ReadSession, actor: Actor) -> UUID | None:
    """The same for companies."""
    return _own_only(session, actor, Role.EMPLOYER)


def _own_only(session: ReadSession, actor: Actor, role: Role) -> UUID | None:
    if actor.has(*SEES_EVERYTHING):
        return None
    # Nobody has an id that was just made: an organisation that nothing was heard of sees nothing.
    own: UUID = (_own(session, actor, role) if actor.has(role) else None) or new_id()
    return own


def _own(session: ReadSession, actor: Actor, role: Role) -> Any:
    key, name, _ = _KEYS[role]
    generation = live_generation(session)
    found = select(key).where(key.table.c.generation == generation, name == actor.organisation)
    own = session.execute(found).scalar()
    return _merged_into(session, generation, own) if role is Role.EMPLOYER else own


def _merged_into(session: ReadSession, generation: int, company: UUID | None) -> UUID | None:
    """What a company has become: who acts for one that was merged sees what it was merged into."""
    rows = select(IDENTITY.c.id, IDENTITY.c.counts_as).where(IDENTITY.c.generation == generation, IDENTITY.c.kind == "company")
    became = {row.id: row.counts_as for row in session.execute(rows.order_by(IDENTITY.c.version))}
    while company in became:
        company = became[company]
    return company
