"""Bodies: what may come in, and in what form it arrives."""

import json
import unicodedata
from typing import Any

import httpx
import pytest

from shared.ids import new_id
from tests.shared.http.test_problems import check_problem

NOTE = {"title": "first", "due_on": "2026-03-01"}
FICTITIOUS = "900101-1234567"  # made up; no check digit


def post(client: httpx.Client, **change: Any) -> httpx.Response:
    return client.post("/api/v1/notes", json={**NOTE, **change}, headers={"Idempotency-Key": new_id().hex})


def test_dates_instants_ids_and_choices_come_as_texts(client: httpx.Client) -> None:
    given = {
        "colour": "blue",
        "remind_at": "2026-03-01T09:00:00+09:00",
        "parent_id": "0197a2b4-0000-7000-8000-000000000000",
        "amount": 1000,
        "points": [{"place": "here", "weight": 1.5}],
        "extra": {"한글": [1, {"deep": None}]},
    }
    assert post(client, **given).status_code == 201


def test_text_arrives_composed_and_trimmed(client: httpx.Client) -> None:
    decomposed = unicodedata.normalize("NFD", "한글 메모")
    assert decomposed != "한글 메모"
    assert post(client, title=f"  {decomposed} ").json()["title"] == "한글 메모"


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\u202eb", "a\u2066b", "\ud800"])
@pytest.mark.parametrize("place", ["title", "extra"])
def test_a_character_that_no_text_may_hold_is_refused(client: httpx.Client, bad: str, place: str) -> None:
    change: dict[str, Any] = {"title": bad} if place == "title" else {"extra": {"a": [bad]}}
    body = json.dumps({**NOTE, **change}, ensure_ascii=True).encode()  # httpx itself cannot send lone surrogates
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    problem = check_problem(client.post("/api/v1/notes", content=body, headers=headers), 422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
        ("/title" if place == "title" else "/extra/a/0", "control_character")
    ]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": f"call {FICTITIOUS} now"}, "/title"),
        ({"points": [{"place": FICTITIOUS}]}, "/points/0/place"),
        ({"extra": {"a": [1, FICTITIOUS]}}, "/extra/a/1"),
        ({"extra": {"a": 9001011234567}}, "/extra/a"),
        ({"extra": {FICTITIOUS: 1}}, "/extra"),
        ({FICTITIOUS: 1}, ""),
        ({"unknown": FICTITIOUS}, "/unknown"),
    ],
)
def test_a_resident_number_is_refused_wherever_it_stands(client: httpx.Client, change: dict[str, Any], pointer: str) -> None:
    answer = post(client, **change)
    problem = check_problem(answer, 422, "resident_number")
    assert [each["pointer"] for each in problem["errors"]] == [pointer]
    assert "900101" not in answer.text
    assert "1234567" not in answer.text


def test_a_resident_number_is_refused_in_queries_paths_forms_and_file_names(client: httpx.Client) -> None:
    name = {"Content-Disposition": f'attachment; filename="{FICTITIOUS}.csv"', "Content-Type": "text/csv"}
    for answer in (
        client.get("/api/v1/notes", params={"author": FICTITIOUS}),
        client.get(f"/api/v1/notes/{FICTITIOUS}"),
        client.post("/api/v1/forms", data={"a": FICTITIOUS}),
        client.post("/api/v1/files", content=b"a", headers=name),
    ):
        check_problem(answer, 422, "resident_number")
        assert "900101" not in answer.text


def test_a_file_may_be_the_body(client: httpx.Client) -> None:
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": "attachment; filename*=UTF-8''%ED%95%9C.csv"}
    answer = client.post("/api/v1/files", content="이름\n".encode(), headers=headers)
    assert answer.json() == {"size": 7, "type": "text/csv", "filename": "한.csv"}


def test_a_file_may_be_the_part_of_a_form(client: httpx.Client) -> None:
    answer = client.post("/api/v1/files", files={"file": (r"C:\secret\..\roster.csv", b"a,b\n", "text/csv")})
    assert answer.json() == {"size": 4, "type": "text/csv", "filename": "roster.csv"}


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"files": {"file": ("a.exe", b"MZ", "application/octet-stream")}}, 415, "unsupported_media_type"),
        ({"files": [("file", ("a.csv", b"a", "text/csv")), ("file", ("b.csv", b"b", "text/csv"))]}, 400, "malformed"),
        ({"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400, "malformed"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "malformed"),
        ({"content": b"x" * 5001, "headers": {"Content-Type": "text/csv"}}, 413, "too_large"),
        ({"json": {}}, 415, "unsupported_media_type"),
    ],
)
def test_another_file_is_refused(client: httpx.Client, sent: dict[str, Any], status: int, code: str) -> None:
    check_problem(client.post("/api/v1/files", **sent), status, code)


def test_a_form_is_read_field_by_field(client: httpx.Client) -> None:
    assert client.post("/api/v1/forms", data={"a": "한글", "b": ""}).json() == {"a": "한글", "b": ""}


@pytest.mark.parametrize("content", ["a=1&a=2", "a=%FF", "a=1&" * 101])
def test_a_doubtful_form_is_refused(client: httpx.Client, content: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    check_problem(client.post("/api/v1/forms", content=content, headers=headers), 400, "malformed")


def test_filters_may_come_as_a_model(client: httpx.Client) -> None:
    answer = client.get("/api/v1/search", params={"colour": "red", "after": "2026-03-01", "limit": 5})
    assert answer.json() == {"who": "program-manager", "limit": 5, "colour": "red", "after": "2026-03-01"}
