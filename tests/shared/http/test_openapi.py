"""The OpenAPI document says what the routes really take and answer."""

from typing import Any

import httpx
import pytest
from fastapi import APIRouter

from shared.db import Database
from tests.shared.http.conftest import Server


@pytest.fixture
def document(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def parameters(operation: dict[str, Any]) -> dict[str, bool]:
    return {each["name"]: each.get("required", False) for each in operation.get("parameters", [])}


def test_it_shows_parameters_body_and_answer(document: dict[str, Any]) -> None:
    create = document["paths"]["/api/v1/notes"]["post"]
    assert parameters(create) == {"Idempotency-Key": True}
    assert create["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/NewNote"}
    assert create["responses"]["201"]["content"]["application/json"]["schema"]["$ref"].endswith("/NotePublic")
    assert create["description"] == "Pin a note to the board."
    rename = document["paths"]["/api/v1/notes/{note_id}"]["patch"]
    assert parameters(rename) == {"note_id": True, "If-Match": True}
    listing = document["paths"]["/api/v1/notes"]["get"]
    assert parameters(listing) == {"author": False, "limit": False, "cursor": False, "sort": False, "count": False}
    assert "If-None-Match" in parameters(document["paths"]["/api/v1/notes/{note_id}"]["get"])


def test_it_shows_no_sessions_and_no_actors(document: dict[str, Any]) -> None:
    assert "WriteSession" not in str(document)
    assert "actor" not in str(document).lower()


def test_every_error_is_a_problem(document: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in str(document)
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    for operation in operations:
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert answer["content"] == {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                }, (operation["operationId"], status)  # fmt: skip
    rename = document["paths"]["/api/v1/notes/{note_id}"]["patch"]["responses"]
    assert rename.keys() >= {"400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "429", "503", "507"}
    assert document["components"]["schemas"]["Problem"]["required"] == [
        "type", "title", "status", "detail", "instance", "code", "trace_id",
    ]  # fmt: skip


def test_it_says_who_may(document: dict[str, Any]) -> None:
    create, search = document["paths"]["/api/v1/notes"]["post"], document["paths"]["/api/v1/search"]["get"]
    assert create["security"] == [{"bearer": []}]
    assert create["x-roles"] == ["program_manager", "university"]
    assert "security" not in search
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_files_and_forms_have_their_types(document: dict[str, Any]) -> None:
    files = document["paths"]["/api/v1/files"]["post"]["requestBody"]["content"]
    assert files.keys() == {"text/csv", "multipart/form-data"}
    assert document["paths"]["/api/v1/forms"]["post"]["requestBody"]["content"].keys() == {
        "application/x-www-form-urlencoded"
    }  # fmt: skip
    assert document["paths"]["/api/v1/ticks"]["get"]["responses"]["200"]["content"].keys() == {"text/event-stream"}


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(value) for value in node.values()))
        return set().union(*(references(value) for value in node)) if isinstance(node, list) else set()

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= known


def test_a_foreign_route_without_a_policy_is_refused(serve: Server, database: Database) -> None:
    bare = APIRouter()
    bare.add_api_route("/bare", lambda: None)
    with pytest.raises(TypeError, match="routes without a policy: /bare"):
        serve(database, routers=[bare])


def test_nothing_but_the_document_is_served_beside_the_routes(client: httpx.Client) -> None:
    assert [client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")] == [404, 404, 200]
