"""What one route does with an admitted request: one thread, one transaction, the answer complete before the commit."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from shared.auth.actor import Actor
from shared.crash import crash_point
from shared.db import ReadSession, WriteSession
from shared.db.errors import is_transient
from shared.errors import Invalid
from shared.http.bodies import JSON_TYPE, form_fields, upload
from shared.http.conditional import demanded_version, etag, is_unchanged, version_of
from shared.http.hygiene import clean_json
from shared.http.idempotency import Answer, Submission, fingerprint
from shared.http.kernel import Kernel
from shared.http.paging import Page, Rows
from shared.http.parameters import Given, Reply
from shared.http.validation import body_errors

_BODILESS: Final = frozenset({204, 205, 304})


@dataclass(slots=True)
class Call:
    """One admitted request, read as far as the event loop reads it."""

    kernel: Kernel
    request: Request
    actor: Actor | None
    values: dict[str, Any]
    key: str | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class BodyParameter:
    """The parameter that takes the JSON body."""

    name: str
    adapter: TypeAdapter[Any]
    required: bool


@dataclass(frozen=True, slots=True)
class Work:
    """An endpoint and all that is needed to run it."""

    endpoint: Callable[..., Any]
    wanted: Mapping[Given, str]
    body: BodyParameter | None
    content: TypeAdapter[Any] | None
    status_code: int
    consumes: tuple[str, ...]

    def do(self, call: Call) -> Response:
        """Run the endpoint and return the finished answer. What it changed is committed when this returns."""
        arguments = self.arguments(call)
        if Given.WRITE_SESSION in self.wanted:
            outcome = self._write(call, arguments)
            crash_point("request.committed")
        elif Given.READ_SESSION in self.wanted:
            outcome = self._read(call, arguments)
        else:
            outcome = self._answer(arguments, None)
        return outcome if isinstance(outcome, Response) else _respond(call.request, outcome)

    def arguments(self, call: Call) -> dict[str, Any]:
        wanted, headers = self.wanted, call.request.headers
        arguments = dict(call.values)
        for given in (Given.ACTOR, Given.VISITOR):
            if given in wanted:
                arguments[wanted[given]] = call.actor
        if Given.REQUEST in wanted:
            arguments[wanted[Given.REQUEST]] = call.request
        if Given.IF_MATCH in wanted:
            arguments[wanted[Given.IF_MATCH]] = demanded_version(headers.get("if-match"))
        if Given.PAGE in wanted:
            caller = call.actor.subject if call.actor else ""
            arguments[wanted[Given.PAGE]] = Page(call.request, caller=caller, cipher=call.kernel.cursors)
        if Given.UPLOAD in wanted:
            arguments[wanted[Given.UPLOAD]] = upload(call.raw, headers, self.consumes)
        if Given.FORM in wanted:
            arguments[wanted[Given.FORM]] = form_fields(call.raw)
        if self.body is not None and (call.raw or self.body.required):
            arguments[self.body.name] = _parse(self.body.adapter, call.raw)
        return arguments

    def _write(self, call: Call, arguments: dict[str, Any]) -> Answer | Response:
        db, submissions = call.kernel.db, call.kernel.submissions
        if call.key is None or call.actor is None:
            return db.run(lambda session: self._answer(arguments, session))
        submission = Submission(call.actor.subject, call.key, fingerprint(call.request, call.raw))

        def once(session: WriteSession) -> Answer:
            earlier = submissions.earlier(session, submission)
            if earlier is not None:
                return earlier
            answer = _storable(self._answer(arguments, session))
            submissions.keep(session, submission, answer)
            return answer

        with submissions.alone_here(submission):
            return db.run(once, idempotent=True)

    def _read(self, call: Call, arguments: dict[str, Any]) -> Answer | Response:
        # A pooled connection may have died since it was last used: reading again is always safe.
        try:
            with call.kernel.db.read() as session:
                return self._answer(arguments, session)
        except Exception as error:
            if not is_transient(error):
                raise
        with call.kernel.db.read() as session:
            return self._answer(arguments, session)

    def _answer(self, arguments: dict[str, Any], session: ReadSession | None) -> Answer | Response:
        reply = Reply()
        given = dict(arguments)
        if session is not None:
            given[self.wanted[Given.WRITE_SESSION if isinstance(session, WriteSession) else Given.READ_SESSION]] = session
        if Given.REPLY in self.wanted:
            given[self.wanted[Given.REPLY]] = reply
        result = self.endpoint(**given)
        if isinstance(session, WriteSession):
            session.flush()
        if isinstance(result, Response):
            return result
        return self._rendered(result, reply, given)

    def _rendered(self, result: Any, reply: Reply, given: Mapping[str, Any]) -> Answer:
        status = reply.status_code or self.status_code
        headers = dict(reply.headers)
        version = version_of(result)
        tag = reply.etag or (etag(version) if version is not None else None)
        if tag is not None:
            headers["ETag"] = tag
        if isinstance(result, Rows) and result.next is not None and Given.PAGE in self.wanted:
            headers["Link"] = given[self.wanted[Given.PAGE]].link(result.next)
        if self.content is None or status in _BODILESS:
            return Answer(status, b"", headers)
        headers["Content-Type"] = JSON_TYPE
        validated = self.content.validate_python(result, from_attributes=True)
        return Answer(status, self.content.dump_json(validated, by_alias=True), headers)


def _parse(adapter: TypeAdapter[Any], raw: bytes) -> Any:
    try:
        return adapter.validate_json(clean_json(raw), strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise Invalid(*body_errors(found, _loaded(raw))) from None


def _loaded(raw: bytes) -> Any:
    """The content as it was sent, as far as it is JSON."""
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _storable(outcome: Answer | Response) -> Answer:
    if isinstance(outcome, Answer):
        return outcome
    if not hasattr(outcome, "body"):
        raise TypeError("an answer that is streamed cannot be given again: declare the route idempotent=False")
    return Answer(outcome.status_code, bytes(outcome.body), dict(outcome.headers))


def _respond(request: Request, answer: Answer) -> Response:
    if request.method == "GET" and is_unchanged(request.headers.get("if-none-match"), answer.headers.get("ETag")):
        return Response(status_code=304, headers={"ETag": answer.headers["ETag"]})
    return Response(answer.body, status_code=answer.status, headers=answer.headers)
