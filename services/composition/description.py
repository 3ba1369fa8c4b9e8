"""The API of all four services described in one place, whichever of them this process runs: as a document and as a page."""

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.metadata import version
from threading import Lock
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from services.composition.definitions import definitions
from services.composition.description_page import page
from services.composition.gateway import App, merged_openapi
from shared.http.app import described
from shared.i18n import Language, negotiate
from shared.settings import SERVICES

TITLE: Final = "HuStar Tracker"
_KEPT: Final = "public, max-age=300"


class Description:
    """Put together when it is first asked for: that takes a second or two, and most processes are never asked."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._documents: dict[str, dict[str, Any]] = {}
        self._pages = cache(self._rendered)

    def apps(self) -> dict[str, App]:
        """What answers, by path: `/openapi.json` for all, `/openapi/<service>.json` for each, `/docs` for people."""
        routes = [Route("/openapi.json", self._answer(self._whole)), Route("/docs", self._page)]
        routes += [Route(f"/openapi/{name}.json", self._answer(partial(self._of, name))) for name in SERVICES]
        return {route.path: Router([route]) for route in routes}

    def _answer(self, document: Callable[[], Mapping[str, Any]]) -> Callable[[Request], Any]:
        @cache
        def rendered() -> bytes:
            return json.dumps(document(), ensure_ascii=False, separators=(",", ":")).encode()

        async def answer(_request: Request) -> Response:
            body = await run_in_threadpool(rendered)
            return Response(body, media_type="application/json", headers=_headers())

        return answer

    async def _page(self, request: Request) -> Response:
        language = negotiate(request.headers.get("accept-language"))
        html, policy = await run_in_threadpool(lambda: self._pages(language))
        headers = {"Content-Security-Policy": policy, "Content-Language": language, "Vary": "Accept-Language"}
        return Response(html, media_type="text/html", headers={**headers, **_headers()})

    def _rendered(self, language: Language) -> tuple[str, str]:
        return page(self._whole(), language)

    def _of(self, name: str) -> dict[str, Any]:
        self._all()
        return self._documents[name]

    def _whole(self) -> dict[str, Any]:
        return merged_openapi(list(self._all().items()), title=TITLE, version=version("hustar-tracker"))

    def _all(self) -> dict[str, dict[str, Any]]:
        with self._guard:
            if not self._documents:
                self._documents = {each.name: described(each.title, each.routers) for each in definitions()}
        return self._documents


def _headers() -> dict[str, str]:
    return {"Cache-Control": _KEPT, "X-Content-Type-Options": "nosniff"}
