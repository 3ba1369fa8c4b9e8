"""The HTTP API as commands call it, signed in as a client of the issuer."""

import os
from collections.abc import Mapping
from typing import Annotated, Any, Final, NoReturn, Self
from uuid import uuid4

import httpx
import typer

from services.cli.access import settings_or_end
from services.cli.language import Language
from services.cli.output import fail
from shared.errors import N_
from shared.i18n import translate

Url = Annotated[str | None, typer.Option("--url", envvar="HUSTAR_URL", help="Where the server is.")]
_UNREACHABLE: Final = N_("The server cannot be reached: {error}")
_ANSWERED: Final = N_("The server answered {status}.")
_UNKNOWN: Final = N_("The server does not know {client} with this secret. See HUSTAR_CLIENT_SECRET.")
ClientId = Annotated[str | None, typer.Option("--client-id", envvar="HUSTAR_CLIENT_ID", help="Who calls.")]


class Api:
    """The HTTP API, signed in. Refusals end the command in a sentence: 2 where the call was wrong, 1 for the rest."""

    def __init__(self, origin: str, *, client_id: str, secret: str, language: Language = Language.EN) -> None:
        self._language = language
        self._http = httpx.Client(base_url=origin, timeout=240, headers={"Accept-Language": language.value})
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}

    def __enter__(self) -> Self:
        try:
            answer = self._call("POST", "/oauth/token", data=self._form)
        except BaseException:
            self._http.close()
            raise
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.close()

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self._call("GET", f"/api/v1{path}", params=params)

    def post(self, path: str, **request: Any) -> httpx.Response:
        headers = {"Idempotency-Key": f'"{uuid4()}"', **request.pop("headers", {})}
        return self._call("POST", f"/api/v1{path}", headers=headers, **request)

    def _call(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **request)
        except httpx.HTTPError as error:
            fail(self._say(_UNREACHABLE, error=error))
        if answer.status_code >= 400:
            self._refused(answer)
        return answer

    def _refused(self, answer: httpx.Response) -> NoReturn:
        problem: Mapping[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        lines = [problem.get("detail") or self._say(_ANSWERED, status=answer.status_code)]
        if problem.get("error") == "invalid_client":
            lines = [self._say(_UNKNOWN, client=self._form["client_id"])]
        lines += [_complaint(each) for each in problem.get("errors", ())]
        fail("\n".join(lines), code=2 if answer.status_code in {400, 401, 403, 404, 415} else 1)

    def _say(self, text: str, **params: object) -> str:
        return translate(text, self._language.value, params)


def _complaint(error: Mapping[str, Any]) -> str:
    """What is wrong with which field."""
    field = str(error.get("pointer") or "").strip("/")
    return f"{field}: {error['message']}" if field else str(error["message"])


def signed_in(url: str | None, client_id: str | None, *, otherwise: str) -> Api:
    """The API of a server, as `client_id` or `otherwise`. The secret is HUSTAR_CLIENT_SECRET (development: demo)."""
    secret = os.environ.get("HUSTAR_CLIENT_SECRET", "demo")
    return Api(url or settings_or_end().origin, client_id=client_id or otherwise, secret=secret)
