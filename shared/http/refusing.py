"""Who an error is answered to: to a person at a browser by a page where there is one, to a program by a problem document."""

from collections.abc import Callable
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from shared.http.problems import problem_response
from shared.i18n import negotiate
from shared.telemetry.logs import describe

log = structlog.get_logger()

Refusing = Callable[[Request, Exception], Response]
"""Makes an answer out of an error, where it is not to be a problem document."""
_HTML: Final = "text/html"
_JSON: Final = frozenset({"application/json", "application/problem+json"})


def refuse(request: Request, error: Exception, refusing: Refusing | None) -> Response:
    """The answer of `refusing`; a problem document where there is none, or where it fails itself."""
    if refusing is not None:
        try:
            return refusing(request, error)
        except Exception as second:  # noqa: BLE001 - a page that cannot be made must not cut the connection
            log.error("refusal_failed", error=describe(second))
    return problem_response(error, negotiate(request.headers.get("accept-language")))


def refuse_whoever(request: Request, error: Exception, refusing: Refusing | None) -> Response:
    """The same where the address says nothing of who asks, as no route is there: by what the client reads."""
    return refuse(request, error, refusing if reads_pages(request.headers.get("accept")) else None)


def reads_pages(accept: str | None) -> bool:
    """Whether a client asks for HTML by name, and not sooner for JSON. Programs that take anything get no pages."""
    wanted = [_weighed(part) for part in (accept or "").split(",")]
    html = max((weight for kind, weight in wanted if kind == _HTML), default=0.0)
    return html > 0 and html >= max((weight for kind, weight in wanted if kind in _JSON), default=0.0)


def _weighed(part: str) -> tuple[str, float]:
    kind, *parameters = (each.strip().lower() for each in part.split(";"))
    given = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        return kind, float(given)
    except ValueError:
        return kind, 0.0
