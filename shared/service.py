"""What a service is to the program that runs it: a name, its routes, its reactions, its schema."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import MetaData

from shared.db import WriteSession
from shared.events.handlers import Handlers
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """One service. `prefixes` are the paths that it answers; `forget` deletes one generation of what it projects."""

    name: str
    title: str
    routers: Sequence[APIRouter]
    prefixes: Sequence[str]
    metadata: MetaData
    migrations: Path
    handlers: Handlers
    forget: Callable[[WriteSession, int], None] | None = None


def database_url(settings: Settings, service: str) -> str:
    """Where a service's database is: its own database on the PostgreSQL server, or its own file in the data folder."""
    if settings.postgres_url is None:
        return f"sqlite:///{settings.data.resolve() / service}.db"
    server = settings.postgres_url.get_secret_value()
    scheme, rest = server.split("://", 1)
    authority = rest.split("/", 1)[0]
    return f"{scheme.split('+')[0]}+psycopg://{authority}/{settings.database_prefix}{service}"
