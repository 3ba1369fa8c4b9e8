"""The services' databases: reached, at this release, in time with this machine, and not behind the log."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, select, text

from services.composition.definitions import definitions
from services.doctor.findings import Finding, Name, broken, look, well
from shared import clock
from shared.db import Database
from shared.db.migrations import SchemaError, check
from shared.errors import N_
from shared.events.consumer import state
from shared.events.dead_letters import counts
from shared.events.recovery import count_lost
from shared.events.relay import backlog
from shared.events.tables import outbox
from shared.service import ServiceDefinition, database_url
from shared.settings import Settings

OLDEST_POSTGRES: Final = 150_000
LONGEST_WAIT: Final = 60.0
SKEW: Final = 2.0


def database(settings: Settings, name: str) -> Iterator[Finding]:
    """One service's database. Each service has a check of its own: one that hangs hides no other."""
    definition = next(each for each in definitions() if each.name == name)
    if not settings.on_postgres and not (settings.data / f"{name}.db").exists():
        yield broken(N_("There is no database of {service}"), N_("Run hustar migrate."), service=Name(name))
        return
    opened = Database(database_url(settings, name), service=name, at_once=1)
    try:
        yield from _look_at(opened, definition)
    finally:
        opened.close()


def _look_at(opened: Database, definition: ServiceDefinition) -> Iterator[Finding]:
    if opened.engine_name == "postgresql":
        yield from _server(opened)
    try:
        check(opened, definition.migrations)
    except SchemaError as error:
        yield broken(N_("{reason}"), N_("Run hustar migrate with the release that is to run."), reason=str(error))
        return
    yield from _pipeline(opened, definition.name)
    if definition.outdated is not None and definition.outdated(opened):
        remedy = N_("Run hustar replay run {service} --if-older: it goes on serving meanwhile.")
        yield look(N_("{service} rests on facts that an earlier release took in"), remedy, service=Name(definition.name))


def _server(opened: Database) -> Iterator[Finding]:
    with opened.read() as session:
        version = int(session.execute(text("SHOW server_version_num")).scalar_one())
        there: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    skew = abs((clock.now() - there.astimezone(UTC)).total_seconds())
    if version < OLDEST_POSTGRES:
        yield broken(N_("PostgreSQL {version} is too old"), N_("Upgrade it to 15 or newer."), version=version // 10_000)
    if skew > SKEW:
        remedy = N_("Let NTP set the clocks of both machines.")
        yield broken(N_("The database's clock differs by {seconds} seconds"), remedy, seconds=round(skew, 1))


def _pipeline(opened: Database, name: str) -> Iterator[Finding]:
    with opened.read() as session:
        lost = count_lost(session)
        _, stopped = state(session, name)
        letters: Any = sum(count.letters for count in counts(session))
        waiting = session.execute(select(func.count()).select_from(outbox)).scalar_one()
    _, oldest = backlog(opened)
    if lost:
        remedy = N_("Look at them with hustar recover show {service}, then hustar recover accept {service}.")
        yield broken(N_("{service} is behind the log: {count} events are missing"), remedy, service=Name(name), count=lost)
    if stopped:
        remedy = N_("Remove the cause, then hustar consumers resume {service}.")
        yield broken(N_("The consumer of {service} has stopped: {reason}"), remedy, service=Name(name), reason=stopped)
    if letters:
        remedy = N_("See hustar dead-letters; after a repair hustar dead-letters redrive {service}.")
        yield look(N_("{service} has set {count} records aside"), remedy, service=Name(name), count=letters)
    if oldest > LONGEST_WAIT:
        remedy = N_("See whether the worker runs and the log can be reached.")
        told = {"service": Name(name), "count": waiting, "seconds": round(oldest)}
        yield broken(N_("{count} events of {service} wait to leave, the oldest for {seconds} seconds"), remedy, **told)
    if not (lost or stopped or letters or oldest > LONGEST_WAIT):
        yield well(N_("{service} is at this release; nothing waits"), service=Name(name))
