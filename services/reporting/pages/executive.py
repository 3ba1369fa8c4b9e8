"""The executive's page: how far the goals are, and a fragment of it that says when it has changed."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from services.reporting.pages.figures import figures
from services.reporting.pages.formatting import Format
from services.reporting.pages.readers import reader_of
from services.reporting.pages.rendering import Look, appearance, render
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.queries.freshness import Freshness, freshness
from services.reporting.queries.values import question
from shared.auth.actor import Actor
from shared.auth.policy import PUBLIC
from shared.clock import today
from shared.db import ReadSession
from shared.http.conditional import is_unchanged

router: Final = PageRouter()
EVERY: Final = "3s"


@router.page("/", seen_by=SEES_EVERYTHING)
def executive_page(view: View) -> Response:
    """The whole page."""
    return view.show("executive.html", every=EVERY, partial=False, **_content(view.session, view.look))


@router.get("/figures", policy=PUBLIC, produces="text/html", include_in_schema=False)
def executive_figures(
    request: Request, session: ReadSession, visitor: Actor | None, *, lang: str | None = None, live: str | None = None
) -> Response:
    """The figures alone, or 304 when they are what the page already shows. Asking for them is not using the page."""
    del lang, live
    look = Look.of(request)
    reader = reader_of(request, visitor)
    if reader is None or not reader.sees_everything:
        # The page reloads as a whole and says what there is to say.
        return Response(status_code=401 if reader is None else 403, headers={"HX-Refresh": "true"})
    fresh = freshness(session)
    tag = entity_tag(fresh, look)
    if is_unchanged(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers={"ETag": tag})
    return render("figures.html", look, headers={"ETag": tag}, every=EVERY, partial=True, **_content(session, look, fresh))


def entity_tag(fresh: Freshness, look: Look) -> str:
    """Equal while the figures, the day they are about and the way they are shown are equal."""
    parts = (fresh, today(), look.language, look.live, look.query, appearance(), version("hustar-tracker"))
    return f'"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _content(session: ReadSession, look: Look, fresh: Freshness | None = None) -> Mapping[str, Any]:
    fresh = fresh or freshness(session)
    shown = figures(session, question(session), fresh, Format(look.language))
    return {"figures": shown, "etag": entity_tag(fresh, look)}
