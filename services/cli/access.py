"""How the commands reach the data: reading beside a running server, writing only where nobody else holds it."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.cli.output import fail
from services.composition.definitions import definitions
from services.composition.runtime import ServiceRuntime, open_service
from shared.crypto import keyring
from shared.db.migrations import SchemaError, check
from shared.db.ownership import DataFolderHeld, own
from shared.eventlog import open_log
from shared.eventlog.port import EventLog
from shared.settings import SERVICES, Settings, SettingsError, load_settings


@dataclass(frozen=True, slots=True)
class Installation:
    """The services' databases and the event log of this installation."""

    settings: Settings
    services: list[ServiceRuntime]
    event_log: EventLog

    def service(self, name: str) -> ServiceRuntime:
        """The service called `name`; ends the command with the names there are when there is none."""
        found = next((service for service in self.services if service.definition.name == name), None)
        if found is not None:
            return found
        return fail(f"There is no service {name!r}. There are: {', '.join(SERVICES)}.", code=2)


def settings_or_end() -> Settings:
    """The settings, or the end of the command with every key that cannot be used."""
    try:
        return load_settings()
    except SettingsError as error:
        fail(f"The settings cannot be used:\n{error}", code=2)


@contextlib.contextmanager
def reading() -> Iterator[Installation]:
    """The installation to look at, at this release's schema; a server may be running."""
    settings = settings_or_end()
    _must_exist(settings)
    yield from _opened(settings, read_only=True)


@contextlib.contextmanager
def writing() -> Iterator[Installation]:
    """The installation to change, at this release's schema. On the embedded engines nobody else may hold the data folder."""
    settings = settings_or_end()
    _must_exist(settings)
    embedded = not settings.on_postgres or settings.kafka_bootstrap_servers is None
    try:
        folder = own(settings.data, address="hustar") if embedded else None
    except DataFolderHeld as error:
        fail(f"{error}\nThis command changes data, and the embedded engines allow one process. Stop the server first.")
    try:
        yield from _opened(settings, read_only=False)
    finally:
        if folder is not None:
            folder.release()


def _must_exist(settings: Settings) -> None:
    if not settings.on_postgres and not (settings.data / "trainees.db").exists():
        fail(f"There is no data in {settings.data}. Run `make run` first, or set HUSTAR_DATA.")


def _opened(settings: Settings, *, read_only: bool) -> Iterator[Installation]:
    keys = keyring(settings)
    services = [open_service(settings, definition, keys, ready=False) for definition in definitions()]
    try:
        _check_schemas(services)
        event_log = open_log(settings, read_only=read_only and settings.kafka_bootstrap_servers is None)
        try:
            yield Installation(settings, services, event_log)
        finally:
            event_log.close()
    finally:
        for service in services:
            service.database.close()


def _check_schemas(services: Sequence[ServiceRuntime]) -> None:
    """End the command where a statement would fail on a table or a column that is not there yet, or no longer."""
    try:
        for service in services:
            check(service.database, service.definition.migrations)
    except SchemaError as error:
        fail(str(error), code=2)
