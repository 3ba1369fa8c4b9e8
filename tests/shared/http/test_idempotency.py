"""Idempotency-Key: whatever the network does, a thing is done once and the first answer is given again."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from shared.auth.actor import Role
from shared.auth.issuer import Issuer
from shared.auth.policy import PUBLIC, SIGNED_IN, allow
from shared.clock import now
from shared.db import Database, WriteSession
from shared.http import ServiceRouter, forget_old_answers
from shared.ids import new_id
from tests.shared.http.conftest import Server
from tests.shared.http.notes import stored_notes

NOTE = {"title": "buy bread", "due_on": "2026-03-01"}


def test_the_first_answer_is_given_again(serve: Server, any_database: Database) -> None:
    client = serve(any_database)
    first = client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "k-1"})
    again = client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "k-1"})
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert {name: again.headers[name] for name in ("location", "etag", "content-type")} == {
        name: first.headers[name] for name in ("location", "etag", "content-type")
    }
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert stored_notes(any_database) == [NOTE["title"]]


@pytest.mark.parametrize("same_key", ['"k-1"', "k-1"])
def test_a_key_is_the_same_quoted_and_bare(serve: Server, database: Database, same_key: str) -> None:
    client = serve(database)
    client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "k-1"})
    assert client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": same_key}).headers["idempotency-replayed"]


@pytest.mark.slow
def test_forty_at_once_with_one_key_have_one_effect(serve: Server, any_database: Database) -> None:
    client = serve(any_database)

    def submit(_: int) -> tuple[int, str]:
        answer = client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "together"})
        return answer.status_code, answer.json().get("code", "created")

    with ThreadPoolExecutor(40) as pool:
        outcomes = Counter(pool.map(submit, range(40)))
    assert set(outcomes) <= {(201, "created"), (409, "idempotency_key_in_use")}
    assert outcomes[(201, "created")] >= 1
    assert stored_notes(any_database) == [NOTE["title"]]
    with any_database.read() as session:
        assert session.execute(text("SELECT count(*) FROM idempotency_key")).scalar() == 1


def test_two_processes_at_once_with_one_key_have_one_effect(serve: Server, any_database: Database, database_url: str) -> None:
    if any_database.engine_name == "sqlite":
        pytest.skip("an SQLite database belongs to one process")
    other = Database(database_url, service="notes")
    clients = [serve(any_database), serve(other)]

    def submit(number: int) -> int:
        return clients[number % 2].post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "across"}).status_code

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(submit, range(40))) <= {201, 409}
    assert stored_notes(any_database) == [NOTE["title"]]
    other.close()


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/api/v1/notes", b'{"title":"buy milk","due_on":"2026-03-01"}', "application/json"),
        ("/api/v1/notes", b'{"title":"buy bread","due_on":"2026-03-01"} ', "application/json"),
        ("/api/v1/notes", b'{"title":"buy bread","due_on":"2026-03-01"}', "application/json; charset=utf-8"),
        ("/api/v1/pins", b"", ""),
    ],
)
def test_another_request_under_the_same_key_is_422(serve: Server, database: Database, path: str, body: bytes, kind: str) -> None:
    client = serve(database)
    client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "k-1"})
    answer = client.post(path, content=body, headers={"Idempotency-Key": "k-1", "Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert stored_notes(database) == [NOTE["title"]]


def test_keys_of_two_callers_are_two_keys(serve: Server, database: Database, issuer: Issuer) -> None:
    client = serve(database)
    client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "k-1"})
    other = {"Idempotency-Key": "k-1", "Authorization": f"Bearer {issuer.token('university-knu')}"}
    answer = client.post("/api/v1/notes", json={**NOTE, "title": "theirs"}, headers=other)
    assert (answer.status_code, answer.json()["author"]) == (201, "university-knu")


@pytest.mark.parametrize("header", [{}, {"Idempotency-Key": ""}, {"Idempotency-Key": "a b c"}, {"Idempotency-Key": "x" * 256}])
def test_a_missing_or_unreadable_key_is_400(serve: Server, database: Database, header: dict[str, str]) -> None:
    answer = serve(database).post("/api/v1/notes", json=NOTE, headers=header)
    assert answer.status_code == 400
    assert answer.json()["code"] == ("idempotency_key_malformed" if header else "idempotency_key_required")


def test_a_refused_request_may_be_repeated_with_its_key(serve: Server, database: Database) -> None:
    client = serve(database)
    client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "one"})
    note = client.get("/api/v1/notes").json()["items"][0]
    assert client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "two"}).status_code == 409
    renamed = client.patch(f"/api/v1/notes/{note['id']}", json={"title": "baked bread"}, headers={"If-Match": "*"})
    assert renamed.status_code == 200
    assert client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "two"}).status_code == 201


def test_a_stored_answer_cannot_be_read_in_the_database(serve: Server, database: Database) -> None:
    serve(database).post("/api/v1/notes", json={**NOTE, "title": "김하늘"}, headers={"Idempotency-Key": "k-1"})
    with database.read() as session:
        answer = bytes(session.execute(text("SELECT answer FROM idempotency_key")).scalar_one())
    assert "김하늘".encode() not in answer
    assert b"title" not in answer


def test_answers_are_forgotten_after_a_day(serve: Server, any_database: Database) -> None:
    client = serve(any_database)
    client.post("/api/v1/notes", json=NOTE, headers={"Idempotency-Key": "k-1"})
    with any_database.write() as session:
        assert forget_old_answers(session) == 0
    with time_machine.travel(now() + timedelta(hours=25), tick=True), any_database.write() as session:
        assert forget_old_answers(session) == 1


def test_a_posting_route_without_a_way_to_remember_is_refused_at_import() -> None:
    router = ServiceRouter()
    with pytest.raises(TypeError, match="needs a WriteSession, or idempotent=False"):

        @router.post("/x", policy=SIGNED_IN)
        def without_session() -> None: ...

    with pytest.raises(TypeError, match="needs a signed-in caller"):

        @router.post("/x", policy=PUBLIC)
        def for_anybody(session: WriteSession) -> None: ...

    @router.post("/x", policy=allow(Role.ADMIN))
    def proper(session: WriteSession) -> None: ...


def test_a_key_outlives_a_restart(serve: Server, database: Database) -> None:
    headers = {"Idempotency-Key": new_id().hex}
    first = serve(database).post("/api/v1/notes", json=NOTE, headers=headers)
    assert serve(database).post("/api/v1/notes", json=NOTE, headers=headers).content == first.content
