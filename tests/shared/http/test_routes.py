"""Routes: what an endpoint may ask for and answer, and what is refused before anything runs."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from shared.auth.actor import Actor
from shared.auth.policy import PUBLIC, SIGNED_IN
from shared.db import Database, ReadSession, WriteSession
from shared.http import Body, FormFields, Reply, ServiceRouter, Upload
from shared.settings import Settings
from tests.serving import serving
from tests.shared.http.conftest import Server

KEY = {"Idempotency-Key": "k"}


class Wish(Body):
    text: str = "nothing"


class Granted(BaseModel):
    text: str
    version: int = 3


def granted(text: str) -> Granted:
    return Granted(text=text)


@pytest.fixture
def router() -> ServiceRouter:
    router = ServiceRouter(prefix="/w", tags=["wishes"])

    @router.post("/accepted", policy=SIGNED_IN, response_model=Granted, status_code=201)
    def accept(body: Wish, session: WriteSession, reply: Reply) -> Granted:
        reply.status_code = 202
        reply.etag = '"mine"'
        reply.headers["X-Extra"] = "1"
        reply.located("/w/1")
        return granted(body.text)

    @router.post("/optional", policy=SIGNED_IN, response_model=Granted, idempotent=False)
    def optional(body: Wish = Wish()) -> Granted:
        return granted(body.text)

    @router.put("/replaced", policy=SIGNED_IN, response_model=Granted)
    def replace(body: Wish, session: WriteSession) -> Granted:
        return granted(body.text)

    @router.get("/mapping", policy=SIGNED_IN, response_model=Granted)
    def mapping() -> dict[str, Any]:
        return {"text": "a", "version": 9, "secret": "never shown"}

    @router.delete("/gone", policy=SIGNED_IN)
    def remove(session: WriteSession) -> None:
        return None

    @router.post("/plain", policy=SIGNED_IN, produces="text/plain")
    def plain(session: WriteSession) -> Response:
        return PlainTextResponse("done", status_code=201)

    @router.post("/streamed", policy=SIGNED_IN)
    def streamed(session: WriteSession) -> Response:
        return StreamingResponse(iter([b"x"]))

    return router


@pytest.fixture
def wishes(serve: Server, database: Database, router: ServiceRouter) -> httpx.Client:
    return serve(database, routers=[router])


def test_an_endpoint_may_shape_its_answer(wishes: httpx.Client) -> None:
    answer = wishes.post("/w/accepted", json={"text": "a"}, headers=KEY)
    assert answer.status_code == 202
    assert (answer.headers["etag"], answer.headers["x-extra"], answer.headers["location"]) == ('"mine"', "1", "/w/1")


def test_a_body_may_be_optional(wishes: httpx.Client) -> None:
    assert wishes.post("/w/optional").json()["text"] == "nothing"
    assert wishes.post("/w/optional", json={"text": "b"}).json()["text"] == "b"


def test_a_put_replaces(wishes: httpx.Client) -> None:
    assert wishes.put("/w/replaced", json={"text": "c"}).json() == {"text": "c", "version": 3}


def test_an_answer_holds_what_its_model_names_and_no_more(wishes: httpx.Client) -> None:
    answer = wishes.get("/w/mapping")
    assert (answer.json(), answer.headers["etag"]) == ({"text": "a", "version": 9}, '"9"')


def test_a_removal_answers_with_nothing(wishes: httpx.Client) -> None:
    answer = wishes.delete("/w/gone")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers


def test_a_ready_made_answer_is_remembered_like_any_other(wishes: httpx.Client) -> None:
    first, again = (wishes.post("/w/plain", headers=KEY) for _ in range(2))
    assert (first.status_code, first.text) == (again.status_code, again.text) == (201, "done")
    assert first.headers["content-type"] == again.headers["content-type"]
    assert again.headers["idempotency-replayed"] == "true"


def test_a_stream_cannot_be_remembered(wishes: httpx.Client) -> None:
    assert wishes.post("/w/streamed", headers=KEY).status_code == 500


@pytest.mark.unhurried
def test_a_router_works_inside_another_application(wishes: httpx.Client, serve: Server, database: Database) -> None:
    inner = ServiceRouter()

    @inner.get("/inner", policy=PUBLIC, response_model=Granted)
    def read_inner() -> Granted:
        return granted("inner")

    apps: list[FastAPI] = []
    serve(database, routers=[], started=apps.append)
    apps[0].include_router(inner, prefix="/outer")
    with serving(apps[0]) as client:
        assert client.get("/outer/inner").json()["text"] == "inner"


def test_transport_security_is_demanded_where_there_is_some(serve: Server, settings: Settings, database: Database) -> None:
    assert "strict-transport-security" not in serve(database).get("/livez").headers
    serve.settings = settings.model_copy(update={"public_url": "https://notes.test"})
    assert serve(database).get("/livez").headers["strict-transport-security"].startswith("max-age=")


def _two_bodies(one: Wish, two: Wish, session: WriteSession) -> None: ...
def _two_kinds_of_body(one: Wish, upload: Upload) -> None: ...
def _form_and_file(form: FormFields, upload: Upload) -> None: ...
def _file(upload: Upload) -> None: ...
def _two_actors(one: Actor, two: Actor) -> None: ...
def _two_sessions(one: ReadSession, two: WriteSession) -> None: ...
def _needs_actor(actor: Actor) -> None: ...
def _unnamed() -> Granted: ...  # type: ignore[empty-body]
def _depends(one: str = Depends(lambda: "x")) -> None: ...
async def _async_with_session(session: ReadSession) -> Response: ...  # type: ignore[empty-body]


@pytest.mark.parametrize(
    ("register", "endpoint", "fault"),
    [
        (lambda r: r.put("/x", policy=SIGNED_IN), _two_bodies, "one parameter takes the whole body"),
        (lambda r: r.post("/x", policy=SIGNED_IN, idempotent=False, consumes=("a/b",)), _two_kinds_of_body, "at most one body"),
        (lambda r: r.post("/x", policy=SIGNED_IN, idempotent=False, consumes=("a/b",)), _form_and_file, "at most one body"),
        (lambda r: r.post("/x", policy=SIGNED_IN, idempotent=False), _file, "needs `consumes`"),
        (lambda r: r.get("/x", policy=SIGNED_IN), _two_actors, "two parameters of the same kind"),
        (lambda r: r.put("/x", policy=SIGNED_IN), _two_sessions, "one session is enough"),
        (lambda r: r.get("/x", policy=PUBLIC), _needs_actor, r"may only ask for Actor \| None"),
        (lambda r: r.get("/x", policy=SIGNED_IN), _unnamed, "name its response_model"),
        (lambda r: r.get("/x", policy=SIGNED_IN), _depends, "Depends is not for endpoints"),
        (lambda r: r.get("/x", policy=SIGNED_IN), _async_with_session, "it takes no session"),
        (lambda r: r.get("/x", policy=SIGNED_IN), _two_sessions, "only POST, PUT, PATCH and DELETE write"),
    ],
)
def test_what_could_only_go_wrong_later_is_refused_at_import(
    register: Callable[[ServiceRouter], Callable[[Any], Any]], endpoint: Callable[..., Any], fault: str
) -> None:
    with pytest.raises(TypeError, match=fault):
        register(ServiceRouter())(endpoint)
