"""`hustar migrate` and `hustar topics`: bring the schemas and the topics to what this release needs."""

from typing import Annotated

import typer

from services.cli.access import settings_or_end
from services.cli.output import AsJson, fail, show
from services.composition.definitions import definitions
from services.composition.runtime import ensure_database
from shared.db import Database
from shared.db.migrations import SchemaError, migrate
from shared.db.ownership import DataFolderHeld, own
from shared.eventlog import open_log, topic_specs
from shared.eventlog.errors import LogBroken
from shared.eventlog.rights import rights
from shared.service import database_url
from shared.settings import Environment, Settings


def migrate_schemas(as_json: AsJson = False) -> None:
    """Bring every service's schema up to this release. Safe to repeat; refuses a schema newer than this release."""
    settings = settings_or_end()
    try:
        folder = own(settings.data, address="hustar migrate") if not settings.on_postgres else None
    except DataFolderHeld as error:
        fail(str(error))
    rows = []
    for definition in definitions():
        url = database_url(settings, definition.name)
        if settings.on_postgres and settings.environment is Environment.DEVELOPMENT:
            ensure_database(url)
        database = Database(url, service=definition.name)
        try:
            applied = migrate(database, definition.migrations)
        except SchemaError as error:
            fail(str(error))
        finally:
            database.close()
        rows.append({"service": definition.name, "applied": ", ".join(applied) or "nothing to do"})
    if folder is not None:
        folder.release()
    show(rows, title="Migrations", as_json=as_json)


Users = Annotated[
    str | None,
    typer.Option(
        help="Also let each service's user do what the service needs, at brokers that check it: hustar-{service}. Safe to repeat."
    ),
]


def create_topics(as_json: AsJson = False, users: Users = None) -> None:
    """Create the topics that are missing. Refuses when one exists with another number of partitions."""
    settings = settings_or_end()
    users = users or None
    if users is not None and "{service}" not in users:
        fail("--users names a user for each service: write {service} where the service's name belongs", code=2)
    if users is not None and not settings.kafka_bootstrap_servers:
        fail("--users is for Kafka, and KAFKA_BOOTSTRAP_SERVERS is not set", code=2)
    event_log = open_log(settings)
    try:
        event_log.create_topics(topic_specs(settings))
        rows = [{"topic": name, "partitions": count} for name, count in sorted(event_log.topics().items())]
    except ValueError as error:
        fail(str(error))
    finally:
        event_log.close()
    if users is not None:
        _grant(settings, users)
    show(rows, title="Topics", as_json=as_json)


def _grant(settings: Settings, users: str) -> None:
    """One call for all: whoever may change what anybody may do is not any of these users."""
    from shared.eventlog.kafka import Brokers  # only who uses Kafka needs its client
    from shared.eventlog.kafka.granting import grant

    wanted = [
        right
        for each in definitions()
        for right in rights(
            users.replace("{service}", each.name),
            service=each.name,
            consumes=each.handlers.aggregate_types,
            prefix=settings.topic_prefix,
        )
    ]
    try:
        grant(Brokers.of(settings), wanted)
    except LogBroken as error:
        fail(str(error))
