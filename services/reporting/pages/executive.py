"""The executive's page: how far the goals are, and a fragment of it that says when it has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from services.reporting.commands import touch_page_session
from services.reporting.pages.figures import figures
from services.reporting.pages.formatting import Format
from services.reporting.pages.rendering import Look, appearance, render
from services.reporting.pages.visitors import csrf_of, digest_of, session_token
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.queries.freshness import Freshness, freshness
from services.reporting.queries.sign_in import seen_a_while_ago
from services.reporting.queries.values import question
from shared.auth.actor import Actor, Role
from shared.auth.issuer.clients import ROLE_NAMES
from shared.auth.policy import PUBLIC
from shared.clock import today
from shared.db import ReadSession
from shared.db.errors import is_full, is_transient
from shared.errors import N_, Unavailable
from shared.http import ServiceRouter
from shared.http.conditional import is_unchanged
from shared.settings import Environment, Settings

router: Final = ServiceRouter(tags=["pages"])
EVERY: Final = "3s"
_DEMO: Final = Actor(subject="executive", roles=frozenset({Role.EXECUTIVE}))


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the page. `demo` when nobody signed in and the page opened by itself."""

    actor: Actor
    demo: bool
    role: str
    csrf: str | None


@router.get("/", policy=PUBLIC, produces="text/html", include_in_schema=False)
def executive_page(
    request: Request, session: ReadSession, visitor: Actor | None, *, lang: str | None = None, live: str | None = None
) -> Response:
    """The whole page; to who is not signed in, the way to do so."""
    look = Look.of(request, lang=lang, live=live)
    reader = _reader(request, visitor)
    if reader is None:
        return render("sign_in.html", look)
    if not reader.demo:
        _note_use(request, session)
    if not reader.actor.has(*SEES_EVERYTHING):
        title, detail = N_("There is no page for your role yet"), N_("Your figures are available over the API.")
        return render("problem.html", look, status=403, title=title, detail=detail, reader=reader)
    return render("executive.html", look, reader=reader, every=EVERY, partial=False, **_content(session, look))


@router.get("/figures", policy=PUBLIC, produces="text/html", include_in_schema=False)
def executive_figures(
    request: Request, session: ReadSession, visitor: Actor | None, *, lang: str | None = None, live: str | None = None
) -> Response:
    """The figures alone, or 304 when they are what the page already shows. Asking for them is not using the page."""
    look = Look.of(request, lang=lang, live=live)
    reader = _reader(request, visitor)
    if reader is None or not reader.actor.has(*SEES_EVERYTHING):
        # The page reloads as a whole and says what there is to say.
        return Response(status_code=401 if reader is None else 403, headers={"HX-Refresh": "true"})
    fresh = freshness(session)
    tag = entity_tag(fresh, look)
    if is_unchanged(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers={"ETag": tag})
    return render("figures.html", look, headers={"ETag": tag}, every=EVERY, partial=True, **_content(session, look, fresh))


def entity_tag(fresh: Freshness, look: Look) -> str:
    """Equal while the figures, the day they are about and the way they are shown are equal."""
    parts = (fresh, today(), look, appearance(), version("hustar-tracker"))
    return f'"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _content(session: ReadSession, look: Look, fresh: Freshness | None = None) -> Mapping[str, Any]:
    fresh = fresh or freshness(session)
    shown = figures(session, question(session), fresh, Format(look.language))
    return {"figures": shown, "etag": entity_tag(fresh, look)}


def _reader(request: Request, visitor: Actor | None) -> Reader | None:
    settings: Settings = request.app.state.settings
    if visitor is not None:
        token = session_token(request.cookies, settings)
        return Reader(visitor, demo=False, role=_role(visitor), csrf=token and csrf_of(token, settings))
    if settings.demo and settings.environment is Environment.DEVELOPMENT:
        return Reader(_DEMO, demo=True, role=_role(_DEMO), csrf=None)
    return None


def _role(actor: Actor) -> str:
    return next((name for role, name in ROLE_NAMES.items() if actor.has(role)), "")


def _note_use(request: Request, session: ReadSession) -> None:
    """Keep the session alive. That it cannot be stored just now is no reason to show nothing."""
    token = session_token(request.cookies, request.app.state.settings)
    if token is None or not seen_a_while_ago(session, digest_of(token)):
        return
    try:
        request.app.state.db.run(lambda writing: touch_page_session(writing, digest_of(token)), idempotent=True, patience=0.2)
    except Exception as error:
        if not (isinstance(error, Unavailable) or is_full(error) or is_transient(error)):
            raise
