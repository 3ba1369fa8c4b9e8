"""Pages that were passed on: whoever has the link reads exactly that page, as of the day and moment that it was fixed to.

The page is the one that everybody has: the request goes to it once more, without what the browser says about itself, with
the link in its scope, and with its address. What it may show follows from whom the link lets it be read as.
"""

from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from services.reporting.commands import note_link_use
from services.reporting.domain.sharing import LinkIsOver, pinned
from services.reporting.pages.passing import SHARED, Passed
from services.reporting.pages.routing import problem_page
from services.reporting.queries.sharing import LINK, OPENED, link_of, outcome_of
from services.reporting.tables import ShareLink
from shared.auth.actor import Actor, Role
from shared.clock import SEOUL
from shared.db import Database
from shared.errors import NotFound

_TAKEN_ALONG: Final = ("lang", "theme")
_LEFT_OUT: Final = frozenset({b"cookie", b"authorization", b"if-none-match"})
_PRIVATE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class SharedPages:
    """What answers `/shared/...`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        found = await run_in_threadpool(_used, request.app.state.db, _token(scope))
        if isinstance(found, Exception):
            await _refusal(request, found)(scope, receive, send)
            return
        await scope["app"](_inner(scope, found, request), receive, _privately(send))


def _token(scope: Scope) -> str:
    return str(scope["path"]).rsplit("/", 1)[-1]


def _used(db: Database, token: str) -> ShareLink | Exception:
    """The link, once its use is written down; or why it opens nothing."""
    with db.read() as session:
        link = link_of(session, token)
        if link is None:
            return NotFound(LINK)
        session.expunge(link)
    outcome = outcome_of(link)
    db.run(lambda session: note_link_use(session, link.id, outcome))
    return link if outcome == OPENED else LinkIsOver()


def _inner(scope: Scope, link: ShareLink, request: Request) -> Scope:
    fixed = {"as_of": link.as_of.isoformat(), "known_at": link.known_at.astimezone(SEOUL).isoformat()}
    query = request.query_params
    kept = {name: query[name] for name in _TAKEN_ALONG if name in query}
    path, asked = pinned(link.address, **fixed, **kept)
    organisation = link.organisation
    actor = Actor(f"share-link:{link.id}", frozenset(Role(role) for role in link.roles), organisation)
    passed = Passed(actor, link.name, link.as_of, link.expires_at, request.url.path, tuple(kept.items()))
    inner: dict[str, Any] = {name: scope[name] for name in scope if name not in {"path_params", "endpoint", "route", "router"}}
    headers = [(name, value) for name, value in scope["headers"] if name not in _LEFT_OUT]
    inner |= {"path": path, "raw_path": path.encode(), "root_path": "", "query_string": asked.encode(), "headers": headers}
    return {**inner, "method": "GET" if scope["method"] == "HEAD" else scope["method"], SHARED: passed}


def _privately(send: Send) -> Send:
    """The answer is for who has the link, and tells nobody of it."""

    async def sent(message: Any) -> None:
        if message["type"] == "http.response.start":
            names = {name.lower().encode() for name in _PRIVATE}
            kept = [(name, value) for name, value in message["headers"] if name.lower() not in names]
            message = {
                **message,
                "headers": [*kept, *[(name.lower().encode(), value.encode()) for name, value in _PRIVATE.items()]],
            }
        await send(message)

    return sent


def _refusal(request: Request, error: Exception) -> Response:
    response = problem_page(request, error)
    response.headers.update(_PRIVATE)
    return response


mounts: Final = [Mount("/shared", SharedPages(), name="shared")]
