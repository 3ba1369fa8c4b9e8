"""`hustar migrate` and `hustar topics`: bring the schemas and the topics to what this release needs."""

from services.cli.access import settings_or_end
from services.cli.output import AsJson, fail, show
from services.composition.definitions import definitions
from services.composition.runtime import ensure_database
from shared.db import Database
from shared.db.migrations import SchemaError, migrate
from shared.db.ownership import DataFolderHeld, own
from shared.eventlog import open_log, topic_specs
from shared.service import database_url
from shared.settings import Environment


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


def create_topics(as_json: AsJson = False) -> None:
    """Create the topics that are missing. Refuses when one exists with another number of partitions."""
    settings = settings_or_end()
    event_log = open_log(settings)
    try:
        event_log.create_topics(topic_specs(settings))
        rows = [{"topic": name, "partitions": count} for name, count in sorted(event_log.topics().items())]
    except ValueError as error:
        fail(str(error))
    finally:
        event_log.close()
    show(rows, title="Topics", as_json=as_json)
