"""What a service is to the program that runs it: a name, its routes, its reactions, its schema."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import MetaData, Table
from starlette.routing import BaseRoute

from shared.db import Database, WriteSession
from shared.events.behind import Again
from shared.events.handlers import Handlers
from shared.http.kernel import Visitors
from shared.http.refusing import Refusing
from shared.http.router import ServiceRouter
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """One service. `prefixes` are the paths that it answers; `forget` deletes one generation of what it projects.

    `mounts` are routes that are not an API, such as static files; `visitors` makes what recognises signed-in browsers.
    `refusing` answers people at a browser whose address no route has.
    `opening` is done once when its database has been opened at this release's schema.
    `warming` is done in the background when an API starts, so that no request has to wait for it; a request could do it as well.
    `outdated` says whether what it projects was made by an earlier release that understood less: it should be built anew.
    `configure` tells the service the settings, in every process that opens it.
    `housekeeping` is what every worker does once an hour: each job is safe to run twice, and on several machines at once.
    `often` is the same once a minute, for what is quick.
    `work` takes up one piece of what requests left to be done and says whether there was any; it finds its own in the database.
    `aggregates` names the table, with `id` and `version`, of each kind of thing that events tell of (`person`).
    `again` does once more what no restore may undo, told by an event that was lost with a database. The third
    argument says whether the log has that event; then nothing is told. The answer is whether it did anything.
    `errand` is the same for what waits for the outside, in a thread of its own: it keeps nothing else waiting.
    """

    name: str
    title: str
    routers: Sequence[ServiceRouter]
    prefixes: Sequence[str]
    metadata: MetaData
    migrations: Path
    handlers: Handlers
    forget: Callable[[WriteSession, int], None] | None = None
    outdated: Callable[[Database], bool] | None = None
    mounts: Sequence[BaseRoute] = ()
    opening: Callable[[Database], object] | None = None
    warming: Sequence[Callable[[Database], object]] = ()
    housekeeping: Sequence[Callable[[Database], object]] = ()
    often: Sequence[Callable[[Database], object]] = ()
    configure: Callable[[Settings], None] | None = None
    visitors: Callable[[Database, Settings], Visitors] | None = None
    refusing: Refusing | None = None
    work: Callable[[Database], bool] | None = None
    errand: Callable[[Database], bool] | None = None
    aggregates: Mapping[str, str] = field(default_factory=dict)
    again: Again | None = None

    def aggregate_tables(self) -> dict[str, Table]:
        """The tables of `aggregates`, by the type that the outbox names: `trainees.person`."""
        return {f"{self.name}.{kind}": self.metadata.tables[table] for kind, table in self.aggregates.items()}


def database_url(settings: Settings, service: str) -> str:
    """Where a service's database is: its own database on the PostgreSQL server, or its own file in the data folder."""
    if not settings.on_postgres:
        return f"sqlite:///{settings.data.resolve() / service}.db"
    server = settings.postgres_server(service)
    scheme, rest = server.split("://", 1)
    authority = rest.split("/", 1)[0]
    return f"{scheme.split('+')[0]}+psycopg://{authority}/{settings.database_prefix}{service}"
