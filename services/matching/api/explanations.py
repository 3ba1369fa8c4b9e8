"""Routes of the explanation that a trainee may ask for."""

from uuid import UUID

from starlette.requests import Request

from services.matching import schemas
from services.matching.api.callers import PROGRAM
from services.matching.commands.explanations import give_explanation
from services.matching.domain.market.weights import View
from services.matching.queries import explanations as queries
from services.matching.queries.profiles import whole_profile
from services.matching.queries.recommendations import for_trainee
from services.matching.schemas.explanations import ExplanationContent, ExplanationPublic
from services.matching.schemas.profiles import ProfilePublic
from services.matching.tables import Explanation
from shared.auth.actor import Actor, Role
from shared.auth.policy import Policy, allow
from shared.clock import today
from shared.db import ReadSession, WriteSession
from shared.http.paging import Listing, Page, Rows
from shared.http.parameters import Reply
from shared.http.router import ServiceRouter
from shared.i18n import negotiate

router = ServiceRouter(prefix="/api/v1", tags=["matching"])
ASKED_FOR: Policy = allow(*PROGRAM, Role.UNIVERSITY)
SHOWN = 10


@router.post("/candidates/{person_id}/explanations", policy=ASKED_FOR, response_model=ExplanationPublic, status_code=201)
def explain_matching(person_id: UUID, session: WriteSession, actor: Actor, request: Request, reply: Reply) -> Explanation:
    """Explain to a trainee, who asked their university or the program, how a machine matches them: rules, score, data.

    The answer is kept as it was given. 404 for who is no candidate.
    """
    on, language = today(), negotiate(request.headers.get("accept-language"))
    data = ProfilePublic.of(whole_profile(session, person_id, by=actor), on=on)
    ranking = for_trainee(session, person_id, on=on, limit=SHOWN)
    result = schemas.recommendations(ranking, view=View.TRAINEE, on=on, language=language)
    content = ExplanationContent.of(data, result, on=on, language=language)
    reply.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
    return give_explanation(session, person_id, content=content.model_dump(mode="json"), by=actor)


@router.get("/candidates/{person_id}/explanations", policy=ASKED_FOR, response_model=Listing[ExplanationPublic])
def list_explanations(person_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Explanation]:
    """The explanations that a trainee was given, oldest first."""
    return page.fetch(session, queries.explanations(session, person_id, by=actor), key=queries.EXPLANATION_KEY)
