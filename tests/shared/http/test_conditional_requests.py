"""ETag, If-Match and If-None-Match: nobody overwrites what they have not seen."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from shared.auth.policy import SIGNED_IN
from shared.db import Database, WriteSession
from shared.http import ServiceRouter
from shared.ids import new_id
from tests.shared.http.conftest import Server


@pytest.fixture
def note(client: httpx.Client) -> str:
    body, headers = {"title": new_id().hex, "due_on": "2026-03-01"}, {"Idempotency-Key": new_id().hex}
    return client.post("/api/v1/notes", json=body, headers=headers).headers["location"]


def rename(client: httpx.Client, note: str, if_match: str | None) -> httpx.Response:
    return client.patch(
        note, json={"title": f"second {new_id().hex}"}, headers={} if if_match is None else {"If-Match": if_match}
    )


def test_a_change_of_what_was_read_succeeds_and_gives_the_next_version(client: httpx.Client, note: str) -> None:
    answer = rename(client, note, client.get(note).headers["etag"])
    assert (answer.status_code, answer.headers["etag"], answer.json()["title"][:6]) == (200, '"2"', "second")


def test_a_change_without_if_match_is_428(client: httpx.Client, note: str) -> None:
    answer = rename(client, note, None)
    assert (answer.status_code, answer.json()["code"]) == (428, "if_match_required")


@pytest.mark.parametrize("stale", ['"0"', '"7"', 'W/"1"', '"other"', '"01"'])
def test_a_change_of_something_else_is_412(client: httpx.Client, note: str, stale: str) -> None:
    answer = rename(client, note, stale)
    assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert client.get(note).headers["etag"] == '"1"'


@pytest.mark.parametrize("unreadable", ["1", '"1', '"1", "2"', "**", 'x"1"'])
def test_an_unreadable_if_match_is_400(client: httpx.Client, note: str, unreadable: str) -> None:
    answer = rename(client, note, unreadable)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_if_match")


def test_a_star_takes_any_version(client: httpx.Client, note: str) -> None:
    assert rename(client, note, "*").status_code == 200


def test_of_many_changes_of_one_version_one_succeeds(serve: Server, any_database: Database) -> None:
    client = serve(any_database)
    body, headers = {"title": "first", "due_on": "2026-03-01"}, {"Idempotency-Key": "note"}
    note = client.post("/api/v1/notes", json=body, headers=headers).headers["location"]
    with ThreadPoolExecutor(12) as pool:
        codes = sorted(pool.map(lambda _: rename(client, note, '"1"').status_code, range(12)))
    assert codes == [200] + [412] * 11


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', '"9", "1"', "*"])
def test_what_is_known_already_is_304(client: httpx.Client, note: str, known: str) -> None:
    answer = client.get(note, headers={"If-None-Match": known})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')


def test_what_has_changed_is_sent_again(client: httpx.Client, note: str) -> None:
    known = client.get(note).headers["etag"]
    rename(client, note, known)
    assert client.get(note, headers={"If-None-Match": known}).json()["title"].startswith("second")


def test_a_patch_that_ignores_versions_is_refused_at_import() -> None:
    router = ServiceRouter()
    with pytest.raises(TypeError, match="PATCH needs a parameter of type IfMatch"):

        @router.patch("/x", policy=SIGNED_IN)
        def careless(session: WriteSession) -> None: ...
