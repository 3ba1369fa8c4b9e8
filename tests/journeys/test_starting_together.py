"""Processes that start at the same moment, as api and workers do: each database is created once, and nobody falls over it."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy.engine import make_url

from infra.local import PostgresServer
from services.composition.runtime import CREATING, ensure_database
from shared.db import Database
from tests.waiting import until

_WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"


@pytest.mark.engines("postgres")
def test_who_comes_second_waits_and_finds_the_database(postgres: PostgresServer) -> None:
    name = f"together_{uuid.uuid4().hex[:12]}"
    there = make_url(postgres.server_url).set(drivername="postgresql+psycopg")
    url = there.set(database=name).render_as_string(hide_password=False)
    server = there.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    try:
        with ThreadPoolExecutor(1) as second, psycopg.connect(server, autocommit=True) as first:
            first.execute("SELECT pg_advisory_lock(%s)", [CREATING])
            started = second.submit(ensure_database, url)
            until(lambda: started.done() or first.execute(_WAITING, [CREATING]).fetchone() == (1,), what="the second one waits")
            first.execute(f'CREATE DATABASE "{name}"')
            first.execute("SELECT pg_advisory_unlock(%s)", [CREATING])
            started.result()
        database = Database(url, service="trainees")
        with database.read() as session:
            assert session.connection().engine.url.database == name
        database.close()
    finally:
        postgres.drop(name)
