"""The HTTP side of a process: one application per service, behind one origin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI
from starlette.routing import Router

from services.composition.description import Description
from services.composition.gateway import App, Gateway
from services.composition.runtime import Runtime, ServiceRuntime
from shared.auth.issuer import create_issuer
from shared.auth.issuer.app import Issuer
from shared.auth.jwks import RemoteKeys
from shared.auth.tokens import TokenVerifier
from shared.db.errors import BehindLog
from shared.db.migrations import check_running
from shared.events.behind import take_stand
from shared.http import Check, Quota, create_app
from shared.http.health import Health
from shared.settings import Settings

_ISSUER_PATHS: Final = ("/oauth", "/.well-known")


@dataclass(frozen=True, slots=True)
class Front:
    """What answers HTTP in this process. `drain` makes /readyz say no, so that nobody sends more."""

    app: App
    healths: tuple[Health, ...]
    issuer: Issuer | None

    def drain(self) -> None:
        for health in self.healths:
            health.draining = True


def build_front(runtime: Runtime, *, quota: Quota | None = Quota()) -> Front:
    """The applications of the runtime's services under one origin, with the built-in issuer where none is configured."""
    settings = runtime.settings
    issuer = create_issuer(settings) if settings.oidc_issuer is None else None
    verifier = issuer.verifier if issuer is not None else _remote_verifier(settings)
    apps = [(service.definition, _app(runtime, service, verifier, quota)) for service in runtime.services]
    checks = {f"{service.definition.name}-database": Check(_ready(service)) for service in runtime.services}
    whole = Health("hustar", {**checks, "log": Check(_log_ready(runtime), required=False)})
    own: dict[str, App] = {route.path: Router(whole.routes()) for route in whole.routes()}
    if issuer is not None:
        identity = create_app(
            service="issuer", title="Issuer", routers=[issuer.router], db=runtime.services[-1].database, settings=settings,
            verifier=verifier, quota=quota,
        )  # fmt: skip
        own |= dict.fromkeys(_ISSUER_PATHS, identity)
    own |= Description().apps()
    gateway = Gateway(apps, own=own, default=apps[-1][1])
    healths = (whole, *(app.state.health for _, app in apps))
    return Front(gateway, healths, issuer)


def build_probes(runtime: Runtime) -> Front:
    """What a worker answers: whether it lives, whether it is well, and its metrics. Nothing of the API."""
    checks = {f"{service.definition.name}-database": Check(_ready(service)) for service in runtime.services}
    checks["loops"] = Check(_loops_run(runtime))
    health = Health("worker", {**checks, "log": Check(_log_ready(runtime), required=False)})
    return Front(Router(health.routes()), (health,), None)


def _loops_run(runtime: Runtime) -> Callable[[], None]:
    def look() -> None:
        resting = [loop.name for worker in runtime.workers for loop in worker.loops if not loop.is_running]
        if resting:
            raise NotRunning(", ".join(resting))

    return look


class NotRunning(Exception):
    """Loops that should run do not: the worker still waits for the log, or stops. The text names them."""


def _app(runtime: Runtime, service: ServiceRuntime, verifier: TokenVerifier, quota: Quota | None) -> FastAPI:
    definition = service.definition
    app = create_app(
        service=definition.name,
        title=definition.title,
        routers=definition.routers,
        db=service.database,
        settings=runtime.settings,
        verifier=verifier,
        checks={"schema": Check(_ready(service)), "log": Check(_log_ready(runtime), required=False)},
        quota=quota,
        visitors=definition.visitors(service.database, runtime.settings) if definition.visitors else None,
        mounts=definition.mounts,
        refusing=definition.refusing,
    )
    app.state.settings = runtime.settings
    app.state.verifier = verifier
    return app


def _remote_verifier(settings: Settings) -> TokenVerifier:
    assert settings.oidc_issuer is not None
    assert settings.oidc_jwks_url is not None
    keys = RemoteKeys(settings.oidc_jwks_url)
    return TokenVerifier(issuer=settings.oidc_issuer, audience=settings.audience, keys=keys)


def _ready(service: ServiceRuntime) -> Callable[[], None]:
    def ask() -> None:
        check_running(service.database, service.definition.migrations)
        take_stand(service.database)
        if service.database.refusing is not None:
            raise BehindLog

    return ask


def _log_ready(runtime: Runtime) -> Callable[[], None]:
    def ask() -> None:
        if runtime.event_log is not None:
            runtime.event_log.topics()

    return ask
