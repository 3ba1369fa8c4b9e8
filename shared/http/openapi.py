"""What a route's OpenAPI entry says beyond its types: headers, problems, security."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.auth.policy import Policy
from shared.http.bodies import FORM_TYPE, schema_of_file
from shared.http.paging import PARAMETERS
from shared.http.parameters import Given
from shared.http.problems import MEDIA_TYPE, Problem

_PROBLEM: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_MEANINGS: Final[Mapping[int, str]] = {
    400: "The request cannot be read, or a required header is missing",
    401: "No valid access token",
    403: "The caller's role may not do this",
    404: "There is no such thing, or the caller may not see it",
    409: "In conflict with what is stored, or the same request is still running",
    412: "Changed since it was read",
    413: "Too large",
    415: "Content type not accepted",
    422: "Well-formed and wrong; `errors` says where",
    428: "If-Match is required",
    429: "Too many requests",
    503: "Not available for the moment",
    507: "No room left; nothing was stored",
}
_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "new for each thing to be done, the same when it is repeated",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "the ETag that was read, or *",
    "schema": {"type": "string"},
}
_IF_NONE_MATCH: Final = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}


def problems(wanted: Mapping[Given, str], *, policy: Policy, method: str, idempotent: bool) -> dict[int | str, dict[str, Any]]:
    """The problem responses that a route can give."""
    codes = {404, 422, 429, 503}
    if policy.signed_in:
        codes |= {401, 403} if policy.roles else {401}
    if method in {"POST", "PUT", "PATCH"}:
        codes |= {400, 413, 415}
    if Given.WRITE_SESSION in wanted:
        codes |= {409, 507}
    if idempotent or Given.PAGE in wanted:
        codes.add(400)
    if Given.IF_MATCH in wanted:
        codes |= {400, 412, 428}
    return {code: {"description": _MEANINGS[code], "content": _PROBLEM} for code in sorted(codes)}


def additions(
    wanted: Mapping[Given, str], *, policy: Policy, method: str, idempotent: bool, consumes: tuple[str, ...]
) -> dict[str, Any]:
    """Parameters, bodies and security that FastAPI does not see."""
    parameters: list[dict[str, Any]] = []
    if idempotent:
        parameters.append(_IDEMPOTENCY_KEY)
    if Given.IF_MATCH in wanted:
        parameters.append(_IF_MATCH)
    if Given.PAGE in wanted:
        parameters.extend(PARAMETERS)
    elif method == "GET":
        parameters.append(_IF_NONE_MATCH)
    found: dict[str, Any] = {"parameters": parameters} if parameters else {}
    if Given.UPLOAD in wanted:
        found["requestBody"] = schema_of_file(consumes)
    if Given.FORM in wanted:
        fields = {"type": "object", "additionalProperties": {"type": "string"}}
        found["requestBody"] = {"required": True, "content": {FORM_TYPE: {"schema": fields}}}
    if policy.signed_in:
        found["security"] = [{"bearer": []}]
        found["x-roles"] = sorted(policy.roles)
    return found


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a service."""
    found = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
        servers=[{"url": "/"}],
    )
    components = found.setdefault("components", {})
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    definitions = schema.pop("$defs", {})
    components.setdefault("schemas", {}).update({**definitions, "Problem": schema})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return found
