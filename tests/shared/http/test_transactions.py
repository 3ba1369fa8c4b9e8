"""One request, one transaction: what was answered with success is stored, and nothing else is."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from shared.auth.issuer import Issuer
from shared.auth.policy import SIGNED_IN
from shared.db import Database, WriteSession
from shared.http import ServiceRouter
from shared.ids import new_id
from tests.shared.http.conftest import Server
from tests.shared.http.notes import Note, stored_notes

NOTE = {"title": "water the plants", "due_on": "2026-03-01"}


def key() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


def test_what_was_answered_201_is_stored(serve: Server, any_database: Database) -> None:
    client = serve(any_database)
    answer = client.post("/api/v1/notes", json=NOTE, headers=key())
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/notes/{answer.json()['id']}"
    assert answer.headers["etag"] == '"1"'
    assert client.get(answer.headers["location"]).json() == answer.json()
    assert stored_notes(any_database) == [NOTE["title"]]


def test_a_failed_commit_is_not_a_201(serve: Server, any_database: Database) -> None:
    client = serve(any_database)
    headers = key()
    for _ in range(2):  # and it left no answer behind that a second try could be given
        answer = client.post("/api/v1/pins", headers=headers)
        assert answer.status_code == 500
        assert answer.json()["code"] == "internal"
        assert "idempotency-replayed" not in answer.headers
    with any_database.read() as session:
        assert session.execute(text("SELECT count(*) FROM pin")).scalar() == 0


def test_a_refusal_leaves_nothing_written(serve: Server, any_database: Database) -> None:
    client = serve(any_database)
    client.post("/api/v1/notes", json=NOTE, headers=key())
    answer = client.post("/api/v1/moves", headers=key())
    assert answer.status_code == 409
    assert answer.json()["legal"] == ["archived"]
    assert stored_notes(any_database) == [NOTE["title"]]


def test_a_query_cannot_write(serve: Server, any_database: Database) -> None:
    assert serve(any_database).get("/api/v1/writes-while-reading").status_code == 500
    assert stored_notes(any_database) == []


def test_the_same_thing_twice_at_once_is_stored_once(serve: Server, any_database: Database) -> None:
    client = serve(any_database)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: client.post("/api/v1/notes", json=NOTE, headers=key()), range(16)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] + [409] * 15
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"not_unique"}
    assert stored_notes(any_database) == [NOTE["title"]]


@pytest.mark.engines("postgres")
def test_a_unit_that_the_database_gave_up_is_repeated_whole(serve: Server, any_database: Database, issuer: Issuer) -> None:
    if any_database.engine_name == "sqlite":
        pytest.skip("SQLite has one writer: nothing is given up")
    tries: list[int] = []
    router = ServiceRouter()

    @router.post("/contended", policy=SIGNED_IN, status_code=201)
    def contended(session: WriteSession) -> None:
        session.add(Note(title=f"try {len(tries)}", due_on=date(2026, 1, 1), author="x"))
        session.flush()
        tries.append(1)
        if len(tries) < 3:
            session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$"))

    client = serve(any_database, routers=[router])
    assert client.post("/contended", headers=key()).status_code == 201
    assert len(tries) == 3
    assert stored_notes(any_database) == ["try 2"]


def test_a_full_disk_is_507_and_heals(serve: Server, database: Database) -> None:
    client = serve(database)
    with database.writer.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages + 40}"))
    headers = key()
    answer = client.post("/api/v1/blobs", headers=headers)
    assert answer.status_code == 507
    assert answer.json()["code"] == "storage_full"
    with database.writer.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 100000"))
    assert client.post("/api/v1/blobs", headers=headers).status_code == 201


def test_a_database_that_is_away_is_503_with_a_time_to_try_again(serve: Server, settings: Any) -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing", service="notes")
    client = serve(away)
    answer = client.get(f"/api/v1/notes/{new_id()}")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["code"] == "unavailable"
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"database": "failed"}
    away.close()


def test_an_endpoint_runs_off_the_event_loop_in_one_thread(serve: Server, database: Database) -> None:
    seen: list[str] = []
    router = ServiceRouter()

    @router.post("/where", policy=SIGNED_IN)
    def where(session: WriteSession) -> None:
        seen.append(threading.current_thread().name)
        session.before_commit(lambda _: seen.append(threading.current_thread().name))

    assert serve(database, routers=[router]).post("/where", headers=key()).status_code == 200
    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert seen[0] != "serving"
