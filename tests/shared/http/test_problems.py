"""Errors: one form for all of them, in the reader's language, with a code and a trace, and without what was sent."""

import re
from typing import Any

import httpx
import pytest
import structlog

from shared.auth.issuer import Issuer
from shared.db import Database
from shared.http.refusals import MAX_DEPTH
from tests.shared.http.conftest import Server

CANARY = "CanaryValue7431"
MEMBERS = {"type", "title", "status", "detail", "instance", "code", "errors", "trace_id"}
NOTE = {"title": "first", "due_on": "2026-03-01"}
KEY = {"Idempotency-Key": "k"}


def check_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Every problem looks the same and echoes nothing."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "en"
    assert "accept-language" in answer.headers["vary"].lower()
    assert answer.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = answer.json()
    assert problem.keys() >= MEMBERS
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:hustar:problem:{code}")
    assert re.fullmatch(r"[0-9a-f]{32}", problem["trace_id"])
    assert problem["trace_id"] in answer.headers["traceparent"]
    assert "{" not in problem["detail"]
    assert CANARY not in answer.text
    return problem


def test_an_unknown_address_is_a_problem(client: httpx.Client) -> None:
    check_problem(client.get(f"/{CANARY}"), 404, "no_such_route")


def test_an_unknown_method_is_a_problem_that_names_the_known_ones(client: httpx.Client) -> None:
    answer = client.put("/api/v1/notes")
    check_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, POST"
    assert client.request("TRACE", "/api/v1/notes").status_code == 405


def test_a_caller_without_token_is_told_to_sign_in(serve: Server, database: Database) -> None:
    answer = serve(database, who=None).get("/api/v1/notes")
    check_problem(answer, 401, "token_missing")
    assert answer.headers["www-authenticate"] == 'Bearer realm="hustar"'


def test_a_caller_with_the_wrong_role_is_told_so(serve: Server, database: Database) -> None:
    check_problem(serve(database, who="executive").post("/api/v1/notes", json=NOTE, headers=KEY), 403, "forbidden")


def test_what_is_not_there_is_404(client: httpx.Client) -> None:
    problem = check_problem(client.get("/api/v1/notes/0197a2b4-0000-7000-8000-000000000000"), 404, "not_found")
    assert problem["detail"] == "There is no such note, or you may not see it."


@pytest.mark.parametrize(
    ("change", "pointer", "code", "message"),
    [
        ({"title": None}, "/title", "not_text", "Must be a text."),
        ({"title": ""}, "/title", "too_short", "Needs at least 1 characters."),
        ({"title": CANARY * 9}, "/title", "too_long", "May have at most 40 characters."),
        ({"title": "LOUD"}, "/title", "shouting", "At most 3 capital letters."),
        ({"due_on": CANARY}, "/due_on", "not_date", "Must be a date such as 2026-03-01."),
        ({"due_on": "2026-02-30"}, "/due_on", "not_date", "Must be a date such as 2026-03-01."),
        ({"due_on": 20260301}, "/due_on", "not_date", "Must be a date such as 2026-03-01."),
        ({"remind_at": CANARY}, "/remind_at", "not_datetime", None),
        ({"parent_id": CANARY}, "/parent_id", "not_uuid", "Must be a UUID."),
        ({"colour": CANARY}, "/colour", "not_a_choice", "Must be one of: red, blue."),
        ({"amount": CANARY}, "/amount", "not_integer", "Must be a whole number."),
        ({"amount": True}, "/amount", "not_integer", "Must be a whole number."),
        ({"amount": 1.0}, "/amount", "not_integer", "Must be a whole number."),
        ({"amount": "5"}, "/amount", "not_integer", "Must be a whole number."),
        ({"amount": -1}, "/amount", "too_small", "Must be at least 0."),
        ({"amount": 1001}, "/amount", "too_big", "Must be at most 1000."),
        ({"points": CANARY}, "/points", "not_list", "Must be a list."),
        ({"points": [{"place": "x"}] * 4}, "/points", "too_many", "May have at most 3 entries."),
        ({"points": [CANARY]}, "/points/0", "not_object", "Must be an object."),
        ({"points": [{"place": "x"}, {"weight": 1}]}, "/points/1/place", "required", "This is required."),
        ({"version": 7}, "/version", "unknown_field", "There is no such field."),
        ({f"{CANARY} {CANARY}": 1}, "", "unknown_field", "There is no such field."),
    ],
)
def test_wrong_content_is_pointed_at(
    client: httpx.Client, change: dict[str, Any], pointer: str, code: str, message: str | None
) -> None:
    problem = check_problem(client.post("/api/v1/notes", json={**NOTE, **change}, headers=KEY), 422, "invalid")
    error = problem["errors"][0]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert message is None or error["message"] == message


def test_a_missing_field_is_pointed_at(client: httpx.Client) -> None:
    problem = check_problem(client.post("/api/v1/notes", json={}, headers=KEY), 422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/title", "required"), ("/due_on", "required")]
    assert problem["detail"] == "2 problem(s) were found."


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({"limit": "0"}, "limit", "out_of_range"),
        ({"limit": "501"}, "limit", "out_of_range"),
        ({"limit": CANARY}, "limit", "out_of_range"),
        ({"limit": "-1"}, "limit", "out_of_range"),
        ({"count": CANARY}, "count", "not_boolean"),
        ({"sort": CANARY}, "sort", "not_a_choice"),
        ({"author": "a\x00b"}, "author", "control_character"),
        ({"authr": "x"}, "authr", "unknown_parameter"),
        ({f"{CANARY} ": "x"}, "", "unknown_parameter"),
        ({"access_token": CANARY}, "access_token", "unknown_parameter"),
    ],
)
def test_wrong_parameters_are_named(client: httpx.Client, query: dict[str, str], pointer: str, code: str) -> None:
    problem = check_problem(client.get("/api/v1/notes", params=query), 422, "invalid")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [(pointer, code)]


def test_wrong_parameters_of_a_filter_model_are_named(client: httpx.Client) -> None:
    problem = check_problem(client.get("/api/v1/search", params={"colour": CANARY, "after": CANARY}), 422, "invalid")
    assert {each["pointer"]: each["code"] for each in problem["errors"]} == {"colour": "not_a_choice", "after": "not_date"}


def test_a_wrong_id_in_the_path_is_named(client: httpx.Client) -> None:
    problem = check_problem(client.get(f"/api/v1/notes/{CANARY}"), 422, "invalid")
    assert problem["errors"] == [{"pointer": "note_id", "code": "not_uuid", "message": "Must be a UUID."}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"title": "a", "title": "b", "due_on": "2026-03-01"}',
        b'{"title": "a", "due_on": "2026-03-01", "points": [{"place": "x", "weight": NaN}]}',
        b'{"title": "a", "due_on": "2026-03-01", "amount": Infinity}',
        b"[" * 100_000,
        b'{"extra":' + b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH + b"}",
        b'{"amount": ' + b"9" * 5000 + b"}",
        b'\xef\xbb\xbf{"title": "a"}',
    ],
)
def test_what_is_not_acceptable_json_is_400(client: httpx.Client, body: bytes) -> None:
    headers = {**KEY, "Content-Type": "application/json"}
    check_problem(client.post("/api/v1/notes", content=body, headers=headers), 400, "malformed_json")


def test_a_number_beyond_all_numbers_is_refused(client: httpx.Client) -> None:
    body = b'{"title": "a", "due_on": "2026-03-01", "points": [{"place": "x", "weight": 1e400}]}'
    answer = client.post("/api/v1/notes", content=body, headers={**KEY, "Content-Type": "application/json"})
    assert check_problem(answer, 422, "invalid")["errors"][0]["pointer"] == "/points/0/weight"


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_another_content_type_is_415(client: httpx.Client, kind: str) -> None:
    answer = client.post("/api/v1/notes", content=b'{"title": "a"}', headers={**KEY, "Content-Type": kind})
    assert check_problem(answer, 415, "unsupported_media_type")["detail"] == (
        "Send one of: application/json, without content encoding."
    )


def test_a_packed_body_is_415(client: httpx.Client) -> None:
    headers = {**KEY, "Content-Encoding": "gzip"}
    check_problem(client.post("/api/v1/notes", json=NOTE, headers=headers), 415, "unsupported_media_type")


def test_too_much_is_413_whether_announced_or_not(client: httpx.Client) -> None:
    much = b'{"title": "' + b"x" * (1024 * 1024) + b'"}'
    headers = {**KEY, "Content-Type": "application/json"}
    check_problem(client.post("/api/v1/notes", content=much, headers=headers), 413, "too_large")
    check_problem(client.post("/api/v1/notes", content=iter([much[:9], much[9:]]), headers=headers), 413, "too_large")


def test_a_body_where_none_is_taken_is_refused(client: httpx.Client) -> None:
    problem = check_problem(client.post("/api/v1/moves", json={"to": CANARY}, headers=KEY), 422, "invalid")
    assert problem["errors"][0]["message"] == "This request takes no body."


def test_an_unforeseen_error_says_nothing_and_is_logged_without_its_text(serve: Server, database: Database) -> None:
    with structlog.testing.capture_logs() as logs:
        answer = serve(database, who=None).get("/api/v1/breaks", params={"secret": CANARY})
    problem = check_problem(answer, 500, "internal")
    assert problem["errors"] == []
    unhandled = next(line for line in logs if line["event"] == "unhandled")
    assert unhandled["error"]["types"] == ["builtins.ValueError"]
    assert "notes.py" in unhandled["error"]["where"][-1]
    assert CANARY not in str(logs)


@pytest.mark.parametrize(
    ("accept", "language", "title"),
    [
        ("ko", "ko", "찾을 수 없습니다"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko", "찾을 수 없습니다"),
        ("en-US,en;q=0.9,ko;q=0.8", "en", "Not found"),
        ("fr", "ko", "찾을 수 없습니다"),
        ("*", "ko", "찾을 수 없습니다"),
    ],
)
def test_problems_speak_the_readers_language(client: httpx.Client, accept: str, language: str, title: str) -> None:
    answer = client.get("/nothing", headers={"Accept-Language": accept})
    assert (answer.headers["content-language"], answer.json()["title"]) == (language, title)


def test_what_is_hidden_looks_like_what_is_not_there(serve: Server, database: Database, issuer: Issuer) -> None:
    client = serve(database)
    one, two = (client.get(f"/api/v1/notes/0197a2b4-0000-7000-8000-00000000000{last}").json() for last in "12")
    assert {name: value for name, value in one.items() if name not in {"instance", "trace_id"}} == {
        name: value for name, value in two.items() if name not in {"instance", "trace_id"}
    }
