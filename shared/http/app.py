"""Makes a service's application out of its routes."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from shared.auth.tokens import TokenVerifier
from shared.crypto import keyring
from shared.db import Database
from shared.http import openapi
from shared.http.edge import Edge
from shared.http.health import Check, Health
from shared.http.idempotency import Submissions
from shared.http.kernel import Kernel, Visitors
from shared.http.rate_limits import Quota, RateLimits
from shared.http.refusing import Refusing, refuse_whoever
from shared.http.route import ServiceRoute
from shared.i18n.catalogue import catalogue
from shared.i18n.language import LANGUAGES
from shared.settings import Settings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class ServiceApp(FastAPI):
    """A FastAPI application whose document says what its routes really answer, with our layers only around them."""

    def build_middleware_stack(self) -> ASGIApp:
        """The edge around the router: FastAPI's own layers do what the edge and our routes do, at a price per request."""
        handled = ExceptionMiddleware(self.router, handlers={HTTPException: _problem}, debug=False)
        secure = self.state.kernel.origin.startswith("https://")
        return Edge(handled, service=self.state.kernel.service, secure=secure, refusing=self.state.refusing)

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = openapi.document(self)
        return self.openapi_schema


def create_app(
    *,
    service: str,
    title: str,
    routers: Sequence[APIRouter],
    db: Database,
    settings: Settings,
    verifier: TokenVerifier,
    checks: Mapping[str, Check] | None = None,
    quota: Quota | None = Quota(),
    visitors: Visitors | None = None,
    mounts: Sequence[BaseRoute] = (),
    refusing: Refusing | None = None,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """The application of one service, with everything that all services have in common.

    `checks` are asked by /readyz beside the database's own. `quota` None switches rate limits off, for benchmarks.
    `visitors` recognises signed-in browsers. `mounts` are further Starlette routes, such as static files.
    `refusing` answers people at a browser where no route does. `app.state` has `db`, `kernel` and `health`.
    Raises TypeError for a FastAPI route that is not a ServiceRouter's.
    """
    app = ServiceApp(
        title=title,
        version=version("hustar-tracker"),
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan or _nothing,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    for language in LANGUAGES:
        catalogue(language)  # a catalogue that cannot be read stops the start, not the first error
    keys = keyring(settings)
    app.state.db = db
    app.state.refusing = refusing
    app.state.health = Health(service, {"database": Check(db.ping), **(checks or {})})
    app.state.kernel = Kernel(
        service=service,
        origin=settings.origin,
        db=db,
        verifier=verifier,
        submissions=Submissions(db, keys.cipher(f"idempotency/{service}")),
        cursors=keys.cipher(f"cursors/{service}"),
        limits=RateLimits(quota, service=service) if quota else None,
        visitors=visitors,
        threads=CapacityLimiter(db.at_once),
    )
    # Routes are added one by one, complete with prefix: FastAPI's include_router would match every path twice.
    app.router.routes.extend(app.state.health.routes())
    for router in routers:
        app.router.routes.extend(_with_policies(router.routes))
    app.router.routes.extend(mounts)
    return app


def described(title: str, routers: Sequence[APIRouter]) -> dict[str, Any]:
    """The OpenAPI document that `create_app` with these routers gives, without anything that could answer."""
    app = ServiceApp(title=title, version=version("hustar-tracker"), openapi_url=None)
    for router in routers:
        app.router.routes.extend(_with_policies(router.routes))
    return app.openapi()


def _with_policies(routes: Sequence[BaseRoute]) -> Sequence[BaseRoute]:
    bare = [route.path for route in routes if isinstance(route, APIRoute) and not isinstance(route, ServiceRoute)]
    if bare:
        raise TypeError(f"routes without a policy: {', '.join(bare)}")
    return routes


@asynccontextmanager
async def _nothing(_app: FastAPI) -> AsyncIterator[None]:
    yield


async def _problem(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 405:
        error.headers = {"Allow": ", ".join(_methods_at(request.app, request.url.path))}
    return refuse_whoever(request, error, request.app.state.refusing)


def _methods_at(app: FastAPI, path: str) -> list[str]:
    """Every method that an address knows: the router itself names those of its first route only."""
    routes = [route for route in app.routes if isinstance(route, Route) and route.path_regex.fullmatch(path)]
    return sorted({method for route in routes for method in route.methods or ()})
