"""The executive's page: how far the goals are, and a fragment of it that says when it has changed."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.reporting.pages.asking import Asked
from services.reporting.pages.figures import figures
from services.reporting.pages.readers import EVERYBODY, reader_of
from services.reporting.pages.rendering import Look, appearance
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.forecasts import newest_forecast
from services.reporting.queries.freshness import Freshness, freshness
from services.reporting.queries.raised import standing_alerts
from shared.auth.actor import Actor
from shared.auth.policy import PUBLIC
from shared.clock import today
from shared.db import ReadSession
from shared.http.conditional import is_unchanged

router: Final = PageRouter()
EVERY: Final = "3s"


@router.page("/", seen_by=EVERYBODY)
def executive_page(view: View) -> Response:
    """The whole page; who acts for an organisation is led to what there is of it."""
    if not view.reader.sees_everything:
        return RedirectResponse(view.look.address("/indicators"), status_code=303)
    # What is asked as of a day, or as known at a moment, does not change under the reader's eyes.
    now = view.asked.as_of is None and view.asked.known_at is None
    shown = view if now else replace(view, look=replace(view.look, live=False))
    return shown.show("executive.html", every=EVERY, partial=False, now=now, **_content(shown))


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
    tag = entity_tag(session, fresh, look)
    if is_unchanged(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers={"ETag": tag})
    view = View(request, session, look, reader, Asked(only={}))
    return view.show("figures.html", headers={"ETag": tag}, every=EVERY, partial=True, **_content(view, fresh))


def entity_tag(session: ReadSession, fresh: Freshness, look: Look) -> str:
    """Equal while the figures, the alerts, the day they are about and the way they are shown are equal."""
    parts = (
        fresh,
        standing_alerts(session, most=5),
        newest_forecast(session),
        today(),
        look.language,
        look.live,
        look.query,
        appearance(),
        version("hustar-tracker"),
    )
    return f'"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _content(view: View, fresh: Freshness | None = None) -> Mapping[str, Any]:
    fresh = fresh or freshness(view.session)
    shown = figures(view.session, view.scope({}), fresh, view.form)
    return {"figures": shown, "etag": entity_tag(view.session, fresh, view.look)}
