"""Routes of recommendations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request

from services.matching import schemas
from services.matching.api.callers import PROGRAM
from services.matching.domain.market.weights import View
from services.matching.queries import recommendations as recommendation_queries
from shared.auth.actor import Actor, Role
from shared.auth.policy import allow
from shared.clock import today
from shared.db import ReadSession
from shared.errors import N_, FieldError, Forbidden, Invalid
from shared.http.parameters import Reply
from shared.http.router import ServiceRouter
from shared.i18n import negotiate

router = ServiceRouter(prefix="/api/v1", tags=["matching"])


@router.get("/recommendations", policy=allow(*PROGRAM, Role.EMPLOYER), response_model=schemas.RecommendationsPublic)
def recommend(
    session: ReadSession,
    actor: Actor,
    request: Request,
    reply: Reply,
    *,
    position_id: UUID | None = None,
    trainee_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> schemas.RecommendationsPublic:
    """Candidates for a position, or positions for a trainee, with the reasons. A company asks for its own positions.

    `trainee_id` is the person's id.
    """
    on, language = today(), negotiate(request.headers.get("accept-language"))
    if position_id is not None and trainee_id is None:
        view, ranking = View.POSITION, recommendation_queries.for_position(session, position_id, by=actor, on=on, limit=limit)
    elif trainee_id is not None and position_id is None:
        if not actor.has(*PROGRAM):
            raise Forbidden
        view, ranking = View.TRAINEE, recommendation_queries.for_trainee(session, trainee_id, on=on, limit=limit)
    else:
        raise Invalid(FieldError("position_id", "one_of_two", N_("Give either position_id or trainee_id.")))
    reply.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
    return schemas.recommendations(ranking, view=view, on=on, language=language)
