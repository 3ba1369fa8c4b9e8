"""What every answer carries, what operators see, and what they never see."""

import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from shared.auth.actor import Actor, Role
from shared.auth.policy import SIGNED_IN
from shared.db import Database, WriteSession
from shared.http import Check, Quota, ServiceRouter
from shared.telemetry.context import Trace, current_trace
from shared.telemetry.logs import configure_logging
from tests.shared.http.conftest import Server
from tests.shared.http.test_problems import check_problem

NOTE = {"title": "first", "due_on": "2026-03-01"}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging(stream=stream)
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_answer_carries_the_security_headers(client: httpx.Client) -> None:
    for answer in (client.get("/api/v1/notes"), client.get("/nothing"), client.get("/livez"), client.get("/api/v1/breaks")):
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers


def test_a_trace_goes_on_through_us(client: httpx.Client) -> None:
    answer = client.get("/nothing", headers={"traceparent": PARENT, "X-Request-Id": "abc-1"})
    assert answer.json()["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert re.fullmatch(r"00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01", answer.headers["traceparent"])
    assert answer.headers["traceparent"] != PARENT
    assert answer.headers["x-request-id"] == "abc-1"


@pytest.mark.parametrize(
    "parent", ["", "x", "ff" + PARENT[2:], "00-" + "0" * 32 + PARENT[35:], PARENT.upper(), PARENT + "-x" * 200]
)
@pytest.mark.parametrize("request_id", ["", "a b", "x" * 65, "<script>", "'; --"])
def test_a_malformed_trace_or_request_id_is_replaced(client: httpx.Client, parent: str, request_id: str) -> None:
    answer = client.get("/livez", headers={"traceparent": parent, "X-Request-Id": request_id})
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", answer.headers["traceparent"])
    assert re.fullmatch(r"[0-9a-f]{24}", answer.headers["x-request-id"])


def test_a_command_knows_the_trace_that_it_is_part_of(serve: Server, database: Database) -> None:
    seen: list[Trace] = []
    router = ServiceRouter()

    @router.post("/traced", policy=SIGNED_IN)
    def traced(session: WriteSession) -> None:
        seen.append(current_trace())

    answer = serve(database, routers=[router]).post("/traced", headers={"traceparent": PARENT, "Idempotency-Key": "k"})
    assert seen[0].traceparent == answer.headers["traceparent"]
    assert seen[0].correlation_id == answer.headers["x-request-id"]
    assert current_trace() == Trace()


def test_a_request_is_one_log_line_without_what_was_asked(serve: Server, database: Database, logs: io.StringIO) -> None:
    client = serve(database)
    token = client.headers["authorization"].removeprefix("Bearer ")
    client.get("/api/v1/notes", params={"author": "CanaryName"})
    client.get("/api/v1/notes/0197a2b4-0000-7000-8000-000000000000")
    client.get("/CanaryPath")
    client.get("/livez")
    requests = [line for line in lines(logs) if line["event"] == "request"]
    assert [(line["route"], line["status"]) for line in requests] == [
        ("/api/v1/notes", 200), ("/api/v1/notes/{note_id}", 404), ("unmatched", 404),
    ]  # fmt: skip
    assert requests[0].keys() >= {"time", "level", "service", "method", "milliseconds", "trace_id", "correlation_id", "client"}
    assert requests[0]["client"] == "program-manager"
    assert "Canary" not in logs.getvalue()
    assert token not in logs.getvalue()


def test_a_line_break_in_a_header_makes_no_log_line(serve: Server, database: Database, logs: io.StringIO) -> None:
    serve(database).get("/livez", headers={"X-Request-Id": "a%0aforged"})
    assert "forged" not in logs.getvalue()


def test_metrics_count_by_route_template(client: httpx.Client) -> None:
    client.get("/api/v1/notes/0197a2b4-0000-7000-8000-000000000000")
    client.get("/CanaryPath")
    text = client.get("/metrics").text
    assert 'hustar_http_requests_total{method="GET",route="/api/v1/notes/{note_id}",service="notes",status="404"}' in text
    assert 'hustar_http_requests_total{method="GET",route="unmatched",service="notes",status="404"}' in text
    assert "hustar_http_request_duration_seconds_bucket" in text
    assert "Canary" not in text
    assert "0197a2b4" not in text


def _broken() -> None:
    raise RuntimeError("CanarySecret")


def test_readiness_tells_required_parts_from_others(serve: Server, database: Database) -> None:
    degraded = serve(database, checks={"log": Check(_broken, required=False)}).get("/readyz")
    assert degraded.status_code == 200
    assert degraded.json() == {
        "status": "degraded", "service": "notes", "checks": {"database": "ok", "log": "failed"},
    }  # fmt: skip
    unready = serve(database, checks={"schema": Check(_broken)}).get("/readyz")
    assert (unready.status_code, unready.json()["status"]) == (503, "unavailable")
    assert "Canary" not in unready.text


def test_a_service_that_is_leaving_is_alive_but_not_ready(serve: Server, database: Database) -> None:
    apps: list[FastAPI] = []
    client = serve(database, started=apps.append)
    apps[0].state.health.draining = True
    assert (client.get("/readyz").status_code, client.get("/readyz").json()["status"]) == (503, "draining")
    assert (client.get("/livez").status_code, client.get("/livez").json()["status"]) == (200, "ok")


def test_too_many_requests_are_429_with_a_time_to_come_back(serve: Server, database: Database) -> None:
    client = serve(database, quota=Quota(per_client=3, per_address=2))
    answers = [client.get("/api/v1/notes") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert answers[0].headers["ratelimit-policy"] == '"default";q=3;w=60'
    check_problem(answers[3], 429, "rate_limited")
    assert 1 <= int(answers[3].headers["retry-after"]) <= 60


def test_guessing_tokens_is_limited_by_address_and_costs_the_others_nothing(serve: Server, database: Database) -> None:
    client = serve(database, quota=Quota(per_client=100, per_address=3))
    guess = {"Authorization": "Bearer a.b.c"}
    assert [client.get("/api/v1/notes", headers=guess).status_code for _ in range(5)] == [401] * 3 + [429] * 2
    assert client.get("/api/v1/notes").status_code == 200


def test_limits_can_be_switched_off(serve: Server, database: Database) -> None:
    answer = serve(database, quota=None).get("/api/v1/notes")
    assert "ratelimit" not in answer.headers


async def _visitor(request: Any) -> Actor | None:
    return Actor("browser", frozenset({Role.PROGRAM_MANAGER}), client_id="pages") if "session" in request.cookies else None


def test_a_signed_in_browser_needs_no_token(serve: Server, database: Database) -> None:
    client = serve(database, who=None, visitors=_visitor)
    assert client.get("/api/v1/notes").status_code == 401
    assert client.get("/api/v1/notes", headers={"Cookie": "session=1"}).status_code == 200
    assert client.get("/api/v1/search", headers={"Cookie": "session=1"}).json()["who"] == "browser"
    assert client.get("/api/v1/search").json()["who"] is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "http://notes.test"}, 201),
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_another_site_cannot_use_a_signed_in_browser(
    serve: Server, database: Database, headers: dict[str, str], status: int
) -> None:
    client = serve(database, who=None, visitors=_visitor)
    given = {"Cookie": "session=1", "Idempotency-Key": "k", **headers}
    assert client.post("/api/v1/notes", json=NOTE, headers=given).status_code == status


async def _raise_early(_request: Request) -> Response:
    raise ValueError("CanarySecret")


async def _raise_late(_request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        raise ValueError("CanarySecret")

    return StreamingResponse(parts())


def _refuse(status: int) -> Route:
    async def refuse(_request: Request) -> Response:
        raise HTTPException(status, detail="CanarySecret")

    return Route(f"/refuse/{status}", refuse)


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "malformed"), (403, "forbidden"), (404, "no_such_route"), (415, "unsupported_media_type"), (502, "internal")],
)
def test_what_other_routes_refuse_is_a_problem_too(serve: Server, database: Database, status: int, code: str) -> None:
    answer = serve(database, mounts=[_refuse(status)]).get(f"/refuse/{status}")
    assert (answer.headers["content-type"], answer.json()["code"]) == ("application/problem+json", code)
    assert "Canary" not in answer.text


def test_an_error_outside_our_routes_is_a_problem_too(serve: Server, database: Database) -> None:
    answer = serve(database, mounts=[Route("/early", _raise_early)]).get("/early")
    check_problem(answer, 500, "internal")
    assert "Canary" not in answer.text


def test_a_stream_that_breaks_is_cut_off_and_logged_without_its_text(
    serve: Server, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    client = serve(database, mounts=[Route("/late", _raise_late)])
    with structlog.testing.capture_logs() as logs, pytest.raises(httpx.RemoteProtocolError):
        client.get("/late")
    broken = next(line for line in logs if line["event"] == "broken_answer")
    assert broken["error"]["types"][0] == "builtins.ValueError"
    assert "Canary" not in str(logs) + caplog.text


def test_a_stream_is_sent_as_it_comes(client: httpx.Client) -> None:
    answer = client.get("/api/v1/ticks")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("data: program-manager") == 3
