"""What a person sees when the product starts: where it is, whom to sign in as, what to try next; and the demo loading."""

import sys
from threading import Event, Thread

import structlog
from rich.console import Console

from services import demo
from services.composition.apps import Front
from services.composition.runtime import Role, Runtime
from shared.settings import SERVICES, Environment

log = structlog.get_logger()
_PAUSE = 1.0
"""Seconds before the demo loads: whoever opens the page at once should not share the processor with it."""


class Welcome:
    """Greets once the process answers; loads the demo beside it where that is wanted."""

    def __init__(self, runtime: Runtime, front: Front | None, role: Role) -> None:
        self._runtime = runtime
        self._front = front
        self._role = role
        self._stopping = Event()
        self._loader: Thread | None = None
        self._console = Console(file=sys.stdout, highlight=False)

    def greet(self) -> None:
        settings = self._runtime.settings
        if self._front is None or self._role is Role.WORKER or settings.environment is not Environment.DEVELOPMENT:
            log.info("ready", role=self._role.value, services=[service.definition.name for service in self._runtime.services])
            return
        self._console.print(_text(settings.origin, str(settings.data), demo=settings.demo), soft_wrap=True)
        everything = self._role is Role.ALL and len(self._runtime.services) == len(SERVICES)
        if settings.demo and everything:
            self._loader = Thread(target=self._load, name="demo", daemon=True)
            self._loader.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._loader is not None:
            self._loader.join(5)

    def _load(self) -> None:
        if self._stopping.wait(_PAUSE):
            return
        try:
            settings = self._runtime.settings
            new = demo.load(settings.origin, marker=settings.data / "demo.json", console=self._console, stopping=self._stopping)
        except demo.Interrupted:
            log.info("demo_interrupted")
        except Exception as error:
            log.exception("demo_failed")
            self._console.print(f"The demo could not be loaded: {error}\nWhat is there stays; start again to go on.", style="red")
        else:
            if new:
                self._tidy()

    def _tidy(self) -> None:
        """Agreements whose last day has passed, follow-ups that are due: now, and not only with the chores of the next hour."""
        for worker in self._runtime.workers:
            try:
                worker.tidy()
            except Exception as error:  # noqa: BLE001 - the hourly chores come to it again
                log.warning("chores_put_off", service=worker.service, error=type(error).__name__)


def _text(origin: str, data: str, *, demo: bool) -> str:
    page = "opens as the demo executive" if demo else "asks to sign in"
    return f"""
[bold]HuStar Tracker 휴스타 트래커[/bold]

  Page      {origin}/  ({page})
  API       {origin}/openapi.json
  Data      {data}

  Demo clients (secret: demo)
    program-manager   executive   auditor   admin
    university-<code>  for example university-knu
    employer-<business number>  see GET /api/v1/companies

  Try next
    curl -s {origin}/oauth/token -d grant_type=client_credentials -d client_id=executive -d client_secret=demo
    curl -s -H "Authorization: Bearer <access_token>" {origin}/api/v1/indicators/talents_trained/value
    .venv/bin/hustar reconcile

  Stop with Ctrl-C. Everything stays in {data}.
"""
