"""Explanations that were given."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from services.matching.queries.profiles import check_known
from services.matching.tables import Explanation
from shared.auth.actor import Actor
from shared.db import ReadSession

EXPLANATION_KEY: Final = (col(Explanation.id),)


def explanations(session: ReadSession, person_id: UUID, *, by: Actor) -> Select[Any]:
    """Those of one person. Raises NotFound for one whom `by` may not know of."""
    check_known(session, person_id, by=by)
    return select(Explanation).where(col(Explanation.person_id) == person_id)
