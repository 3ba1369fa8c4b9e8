"""`hustar outbox`: what waits to leave, per service."""

from services.cli.access import reading
from services.cli.output import AsJson, show
from shared.events.relay import backlog


def show_outbox(as_json: AsJson = False) -> None:
    """How many events wait in each service's outbox, and for how many seconds the oldest has."""
    with reading() as installation:
        rows = []
        for service in installation.services:
            waiting, oldest = backlog(service.database)
            rows.append({"service": service.definition.name, "waiting": waiting, "oldest_seconds": round(oldest, 1)})
    show(rows, title="Outbox", as_json=as_json)
