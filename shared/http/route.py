"""One route: admits the caller, reads the request with limits, has the work done in one thread hop, answers."""

import inspect
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final

from anyio import to_thread
from fastapi.dependencies.utils import request_params_to_args
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from shared.auth.actor import Actor
from shared.auth.policy import Policy
from shared.errors import N_, FieldError, Invalid
from shared.http import openapi
from shared.http.bodies import FORM_TYPE, JSON_TYPE, check_content, read
from shared.http.hygiene import check_text
from shared.http.idempotency import key_of
from shared.http.kernel import Kernel
from shared.http.parameters import Given, read_signature
from shared.http.refusing import Refusing, refuse
from shared.http.validation import is_harmless_name, parameter_errors
from shared.http.work import BodyParameter, Call, Work

_PAGE_NAMES: Final = frozenset({"limit", "cursor", "sort", "count"})
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
_STREAMABLE: Final = frozenset({Given.ACTOR, Given.VISITOR, Given.REQUEST})
_UNKNOWN: Final = ("unknown_parameter", N_("There is no such parameter here. Allowed: {allowed}."))
_NO_BODY: Final = ("unknown_field", N_("This request takes no body."))


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route's decorator says about it, beside what FastAPI documents. `refusing` answers errors to people."""

    method: str
    policy: Policy
    idempotent: bool
    max_body: int
    consumes: tuple[str, ...]
    produces: str | None
    refusing: Refusing | None = None


class ServiceRoute(APIRoute):
    """FastAPI documents it and matches its path; admission, reading, work and answer are ours."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        operation: Operation,
        response_model: Any,
        status_code: int,
        responses: Mapping[int | str, dict[str, Any]],
        **documented: Any,
    ) -> None:
        wanted, stand_in = read_signature(endpoint)
        self.operation = operation
        self.wanted = wanted
        known = {"policy": operation.policy, "method": operation.method, "idempotent": operation.idempotent}
        super().__init__(
            path,
            stand_in,
            methods=[operation.method],
            response_model=response_model,
            status_code=status_code,
            response_class=_response_class(operation.produces),
            responses={**openapi.problems(wanted, **known), **responses},  # type: ignore[arg-type]
            openapi_extra=openapi.additions(wanted, consumes=operation.consumes, **known),  # type: ignore[arg-type]
            operation_id=endpoint.__name__,
            **documented,
        )
        self._sources = self._read_sources()
        self._names = self._parameter_names()
        self.streams = inspect.iscoroutinefunction(endpoint)
        self.work = Work(
            endpoint=endpoint,
            wanted=wanted,
            body=self._body_parameter(),
            content=TypeAdapter(response_model) if response_model is not None else None,
            status_code=status_code,
            consumes=operation.consumes,
        )
        self._check(endpoint, response_model)
        self.app = self.serve

    def _check(self, endpoint: Callable[..., Any], response_model: Any) -> None:
        """Refuse at import what could only go wrong later."""
        operation, wanted = self.operation, self.wanted
        returned = inspect.signature(endpoint, eval_str=True).return_annotation
        plain = returned is None or (inspect.isclass(returned) and issubclass(returned, Response))
        faults = {
            "it returns content: name its response_model": response_model is None and not plain,
            "PATCH needs a parameter of type IfMatch": operation.method == "PATCH" and Given.IF_MATCH not in wanted,
            "an idempotent POST needs a WriteSession, or idempotent=False": operation.idempotent
            and Given.WRITE_SESSION not in wanted,
            "an idempotent POST needs a signed-in caller": operation.idempotent and not operation.policy.signed_in,
            "a public route may only ask for Actor | None": not operation.policy.signed_in and Given.ACTOR in wanted,
            "one session is enough": {Given.READ_SESSION, Given.WRITE_SESSION} <= wanted.keys(),
            "only POST, PUT, PATCH and DELETE write": operation.method == "GET" and Given.WRITE_SESSION in wanted,
            "an async endpoint streams: it takes no session": self.streams and not wanted.keys() <= _STREAMABLE,
            "a file or form needs `consumes`": Given.UPLOAD in wanted and not operation.consumes,
            "Depends is not for endpoints here": bool(self.dependant.dependencies),
            "at most one body": sum((self.work.body is not None, Given.UPLOAD in wanted, Given.FORM in wanted)) > 1,
        }
        wrong = [fault for fault, is_so in faults.items() if is_so]
        if wrong:
            raise TypeError(f"{operation.method} {self.path} ({endpoint.__name__}): {'; '.join(wrong)}")

    def _read_sources(self) -> list[tuple[Any, str]]:
        dependant = self.dependant
        sources = (
            (dependant.path_params, "path_params"),
            (dependant.query_params, "query_params"),
            (dependant.header_params, "headers"),
            (dependant.cookie_params, "cookies"),
        )
        return [(fields, attribute) for fields, attribute in sources if fields]

    def _parameter_names(self) -> frozenset[str]:
        names: set[str] = set(_PAGE_NAMES if Given.PAGE in self.wanted else ())
        for found in self.dependant.query_params:
            annotation = found.field_info.annotation
            if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
                names |= {each.alias or name for name, each in annotation.model_fields.items()}
            else:
                names.add(found.alias)
        return frozenset(names)

    def _body_parameter(self) -> BodyParameter | None:
        found = self.dependant.body_params
        if not found:
            return None
        if len(found) > 1:
            raise TypeError(f"{self.path}: one parameter takes the whole body, not {[each.name for each in found]}")
        body = found[0].field_info
        adapter: TypeAdapter[Any] = TypeAdapter(body.annotation)  # type: ignore[arg-type]
        return BodyParameter(found[0].name, adapter, required=body.is_required())

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application of this route."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The same for FastAPI, where it includes the route in another router."""
        return self._answer

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._respond(request)
        except Exception as error:  # noqa: BLE001 - every error becomes an answer, and unforeseen ones are logged
            return refuse(request, error, self.operation.refusing)

    async def _respond(self, request: Request) -> Response:
        operation = self.operation
        kernel: Kernel = request.app.state.kernel
        actor = await self._admit(kernel, request)
        key = key_of(request.headers.get("idempotency-key")) if operation.idempotent else None
        values = self._values(request)
        raw = await self._body(request) if operation.method in _WITH_BODY else b""
        call = Call(kernel, request, actor, values, key, raw)
        if self.streams:
            return await self._stream(call)
        return await to_thread.run_sync(self.work.do, call, limiter=kernel.threads)

    async def _admit(self, kernel: Kernel, request: Request) -> Actor | None:
        policy = self.operation.policy
        if policy.signed_in or Given.VISITOR in self.wanted:
            return await kernel.admit(request, policy)
        kernel.count(request, None)
        return None

    def _values(self, request: Request) -> dict[str, Any]:
        unknown = [name for name in request.query_params if name not in self._names]
        if unknown:
            allowed = {"allowed": ", ".join(sorted(self._names)) or "-"}
            raise Invalid(*[FieldError(name if is_harmless_name(name) else "", *_UNKNOWN, allowed) for name in unknown])
        for name, value in (*request.query_params.multi_items(), *request.path_params.items()):
            check_text(name, str(value))
        values: dict[str, Any] = {}
        errors: list[FieldError] = []
        for fields, attribute in self._sources:
            found, wrong = request_params_to_args(fields, getattr(request, attribute))
            values.update(found)
            errors.extend(parameter_errors(wrong))
        if errors:
            raise Invalid(*errors)
        return values

    async def _body(self, request: Request) -> bytes:
        limit, body = self.operation.max_body, self.work.body
        if Given.UPLOAD in self.wanted:
            check_content(request.headers, self.operation.consumes, limit=limit)
        elif Given.FORM in self.wanted:
            check_content(request.headers, (FORM_TYPE,), limit=limit)
        elif body is not None and (body.required or "content-type" in request.headers):
            check_content(request.headers, (JSON_TYPE,), limit=limit)
        raw = await read(request, limit=limit)
        if raw.strip() not in {b"", b"{}"} and body is None and self.wanted.keys().isdisjoint({Given.UPLOAD, Given.FORM}):
            raise Invalid(FieldError("", *_NO_BODY))
        return raw

    async def _stream(self, call: Call) -> Response:
        arguments = self.work.arguments(call)
        response = await self.work.endpoint(**arguments)
        assert isinstance(response, Response)
        return response


def _response_class(produces: str | None) -> type[Response]:
    if produces is None:
        return JSONResponse
    return type("Produced", (Response,), {"media_type": produces})
