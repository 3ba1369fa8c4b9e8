"""Pages: every row once, in a stable order, by a cursor that opens nothing else."""

import base64
from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest

from shared.auth.issuer import Issuer
from shared.db import Database
from tests.shared.http.conftest import Server
from tests.shared.http.notes import Note
from tests.shared.http.test_problems import check_problem

FIRST = date(2026, 1, 1)


def fill(db: Database, count: int = 23) -> list[str]:
    """Notes of two authors, several due on the same day."""
    with db.write() as session:
        notes = [
            Note(title=f"note {number:02}", due_on=FIRST + timedelta(days=number % 4), author="ab"[number % 2])
            for number in range(count)
        ]
        session.add_all(notes)
        session.flush()
        return [str(note.id) for note in notes]


def walk(client: httpx.Client, url: str) -> list[list[dict[str, str]]]:
    """All pages from `url` on, followed by their Link headers."""
    pages: list[list[dict[str, str]]] = []
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json()["items"])
        url = answer.links.get("next", {}).get("url", "")
        assert bool(url) == bool(answer.json()["next"])
    return pages


@pytest.mark.unhurried
@pytest.mark.parametrize("limit", [1, 5, 22, 23, 24, 500])
def test_every_row_comes_once_whatever_the_limit(serve: Server, database: Database, limit: int) -> None:
    ids = fill(database)
    pages = walk(serve(database), f"/api/v1/notes?limit={limit}")
    assert [note["id"] for page in pages for note in page] == sorted(ids)
    assert all(len(page) == limit for page in pages[:-1])


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("title", lambda note: (note["title"], note["id"])),
        ("due_on", lambda note: (note["due_on"], note["id"])),
    ],
)
@pytest.mark.parametrize("down", ["", "-"])
def test_every_row_comes_once_in_the_order_asked_for(
    serve: Server, any_database: Database, sort: str, order: object, down: str
) -> None:
    fill(any_database)
    notes = [note for page in walk(serve(any_database), f"/api/v1/notes?limit=4&sort={down}{sort}") for note in page]
    assert len({note["id"] for note in notes}) == 23
    assert notes == sorted(notes, key=order, reverse=bool(down))  # type: ignore[call-overload]


def test_a_filter_stays_on_every_page(serve: Server, database: Database) -> None:
    fill(database)
    notes = [note for page in walk(serve(database), "/api/v1/notes?limit=3&author=a") for note in page]
    assert (len(notes), {note["author"] for note in notes}) == (12, {"a"})


def test_rows_that_come_and_go_disturb_no_page(serve: Server, database: Database) -> None:
    ids = fill(database)
    client = serve(database)
    first = client.get("/api/v1/notes?limit=10")
    with database.write() as session:
        session.delete(session.get_one(Note, UUID(first.json()["items"][9]["id"])))
    rest = [note["id"] for page in walk(client, first.links["next"]["url"]) for note in page]
    assert rest == sorted(ids)[10:]


def test_a_total_is_given_when_asked_for(serve: Server, database: Database) -> None:
    fill(database)
    client = serve(database)
    assert client.get("/api/v1/notes?limit=2").json()["total"] is None
    assert client.get("/api/v1/notes?limit=2&count=true&author=b").json()["total"] == 11


def test_an_empty_list_is_a_list(serve: Server, any_database: Database) -> None:
    answer = serve(any_database).get("/api/v1/notes?count=true")
    assert answer.json() == {"items": [], "next": None, "total": 0}
    assert "link" not in answer.headers


def tampered(cursor: str) -> list[str]:
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    flipped = [bytes([*raw[:place], raw[place] ^ 1, *raw[place + 1 :]]) for place in (0, 2, 7, 20, len(raw) - 1)]
    encoded = [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in (*flipped, raw[:-1], raw + b"x", b"", b"short")]
    return [*encoded, "!!!", "한글", "x" * 3000, cursor[::-1], cursor[:-4]]


def test_a_changed_cursor_is_400(serve: Server, database: Database) -> None:
    fill(database)
    client = serve(database)
    cursor = client.get("/api/v1/notes?limit=2").json()["next"]
    for changed in tampered(cursor):
        check_problem(client.get("/api/v1/notes", params={"limit": 2, "cursor": changed}), 400, "bad_cursor")


def test_a_cursor_opens_only_the_list_that_it_came_from(serve: Server, database: Database, issuer: Issuer) -> None:
    fill(database)
    client = serve(database)
    cursor = client.get("/api/v1/notes?limit=2&author=a").json()["next"]
    for query in ("", "&author=b", "&author=a&sort=title", "&author=a&sort=-due_on"):
        check_problem(client.get(f"/api/v1/notes?limit=2&cursor={cursor}{query}"), 400, "bad_cursor")
    other = {"Authorization": f"Bearer {issuer.token('auditor')}"}
    check_problem(client.get(f"/api/v1/notes?limit=2&author=a&cursor={cursor}", headers=other), 400, "bad_cursor")
    assert client.get(f"/api/v1/notes?limit=9&author=a&cursor={cursor}").status_code == 200


def test_a_cursor_shows_nothing_of_where_it_stands(serve: Server, database: Database) -> None:
    fill(database)
    cursor = serve(database).get("/api/v1/notes?limit=2&sort=title").json()["next"]
    assert b"note" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
