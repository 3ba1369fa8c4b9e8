"""A trainee's right to know how a machine matched them: what they were told is kept, and that they were."""

from typing import Any
from uuid import UUID

from services.matching.commands.profiles import locked_profile
from services.matching.queries.profiles import check_known
from services.matching.tables import Explanation
from shared.auth.actor import Actor
from shared.clock import today
from shared.contracts.matching import ExplanationGiven
from shared.db import WriteSession
from shared.events.outbox import emit


def give_explanation(session: WriteSession, person_id: UUID, *, content: dict[str, Any], by: Actor) -> Explanation:
    """Keep an explanation as it is given. Raises NotFound."""
    check_known(session, person_id, by=by)
    explanation = Explanation(person_id=person_id, actor=by.subject, content=content)
    session.add(explanation)
    profile = locked_profile(session, person_id)
    emit(session, profile, ExplanationGiven(person_id=person_id, explanation_id=explanation.id, effective_on=today()))
    return explanation
