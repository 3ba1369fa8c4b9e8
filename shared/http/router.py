"""The routes of a service. None comes into being without a policy."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from fastapi import APIRouter

from shared.auth.policy import Policy
from shared.http.bodies import JSON_LIMIT
from shared.http.refusing import Refusing
from shared.http.route import Operation, ServiceRoute

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Responses = Mapping[int | str, dict[str, Any]]


class ServiceRouter(APIRouter):
    """Collects routes under a prefix.

    An endpoint is a plain function that runs in one thread hop and one transaction. By their type it is given a
    `WriteSession` or a `ReadSession`, the `Actor` (on public routes `Actor | None`), a `Reply`, the version demanded by
    `IfMatch`, a `Page`, an `Upload`, `FormFields` or the `Request`; everything else is what FastAPI makes of it: path and
    query parameters, and one JSON body. An `async def` endpoint streams: it gets no session and returns a Response.
    Errors are answered by problem documents, unless `refusing` answers them.
    """

    def __init__(self, *, prefix: str = "", tags: list[str] | None = None, refusing: Refusing | None = None) -> None:
        super().__init__(prefix=prefix, tags=[*(tags or [])], route_class=ServiceRoute)
        self.refusing = refusing

    def get(  # type: ignore[override]
        self,
        path: str,
        *,
        policy: Policy,
        response_model: Any = None,
        produces: str | None = None,
        responses: Responses | None = None,
        include_in_schema: bool = True,
    ) -> Callable[[Endpoint], Endpoint]:
        """A read. It answers If-None-Match when the result carries a version."""
        operation = Operation("GET", policy, idempotent=False, max_body=0, consumes=(), produces=produces)
        return self._route(path, operation, response_model, 200, responses, include_in_schema=include_in_schema)

    def post(  # type: ignore[override]
        self,
        path: str,
        *,
        policy: Policy,
        response_model: Any = None,
        status_code: int = 200,
        idempotent: bool = True,
        max_body: int = JSON_LIMIT,
        consumes: tuple[str, ...] = (),
        produces: str | None = None,
        responses: Responses | None = None,
        include_in_schema: bool = True,
    ) -> Callable[[Endpoint], Endpoint]:
        """A change, done once per Idempotency-Key; `idempotent=False` is for those that change nothing.

        `max_body` is in bytes; `consumes` lists the content types of a route that takes an `Upload`.
        """
        operation = Operation("POST", policy, idempotent, max_body, consumes, produces)
        return self._route(path, operation, response_model, status_code, responses, include_in_schema=include_in_schema)

    def put(  # type: ignore[override]
        self,
        path: str,
        *,
        policy: Policy,
        response_model: Any = None,
        status_code: int = 200,
        max_body: int = JSON_LIMIT,
        consumes: tuple[str, ...] = (),
        responses: Responses | None = None,
    ) -> Callable[[Endpoint], Endpoint]:
        """A whole replaced by another."""
        operation = Operation("PUT", policy, idempotent=False, max_body=max_body, consumes=consumes, produces=None)
        return self._route(path, operation, response_model, status_code, responses)

    def patch(  # type: ignore[override]
        self,
        path: str,
        *,
        policy: Policy,
        response_model: Any = None,
        status_code: int = 200,
        max_body: int = JSON_LIMIT,
        responses: Responses | None = None,
    ) -> Callable[[Endpoint], Endpoint]:
        """A part changed. The endpoint asks for `IfMatch`."""
        operation = Operation("PATCH", policy, idempotent=False, max_body=max_body, consumes=(), produces=None)
        return self._route(path, operation, response_model, status_code, responses)

    def delete(  # type: ignore[override]
        self,
        path: str,
        *,
        policy: Policy,
        response_model: Any = None,
        status_code: int = 204,
        responses: Responses | None = None,
    ) -> Callable[[Endpoint], Endpoint]:
        """Something taken away."""
        operation = Operation("DELETE", policy, idempotent=False, max_body=0, consumes=(), produces=None)
        return self._route(path, operation, response_model, status_code, responses)

    def _route(
        self,
        path: str,
        operation: Operation,
        response_model: Any,
        status_code: int,
        responses: Responses | None,
        *,
        include_in_schema: bool = True,
    ) -> Callable[[Endpoint], Endpoint]:
        def register(endpoint: Endpoint) -> Endpoint:
            route = ServiceRoute(
                self.prefix + path,
                endpoint,
                operation=replace(operation, refusing=self.refusing),
                response_model=response_model,
                status_code=status_code,
                responses=responses or {},
                tags=list(self.tags),
                include_in_schema=include_in_schema,
            )
            self.routes.append(route)
            return endpoint

        return register
