"""Signing in and out: the browser gets a cookie that means nothing outside our table of sessions."""

import re
import secrets
from dataclasses import asdict
from typing import Annotated, Any, Final

import orjson
import structlog
from fastapi import Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.reporting.commands import close_page_session, open_page_session
from services.reporting.pages.formatting import Format
from services.reporting.pages.issuer import Attempt, ProviderAway, SignInFailed, authorization_address, who_came_back
from services.reporting.pages.rendering import Look, render
from services.reporting.pages.routing import problem_page
from services.reporting.pages.visitors import cookie_name, csrf_of, digest_of, session_token
from shared.auth.policy import PUBLIC
from shared.clock import now
from shared.crypto import Cipher, Unreadable, keyring
from shared.db import WriteSession
from shared.errors import N_, Refused
from shared.http import FormFields, ServiceRouter
from shared.settings import Settings

log = structlog.get_logger()
router: Final = ServiceRouter(prefix="/auth", tags=["pages"], refusing=problem_page)

_ATTEMPT_SECONDS: Final = 600
_ABOUT: Final = b"sign-in"
_OWN: Final = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~-]*(?:\?[A-Za-z0-9_=&%+.:~-]*)?")


class ForeignForm(Refused):
    """A form that our page did not make for this session."""

    status = 403
    code = "foreign_form"
    title = N_("The form is out of date")
    detail = N_("Go back, reload the page and try again.")


@router.get("/login", policy=PUBLIC, produces="text/html", include_in_schema=False)
def start_sign_in(
    request: Request, *, lang: str | None = None, back: Annotated[str | None, Query(max_length=1000)] = None
) -> Response:
    """To the provider, with an attempt that only this browser can finish; from there to the page `back`."""
    settings: Settings = request.app.state.settings
    look = Look.of(request, lang=lang)
    attempt = Attempt.new(look.language if look.chosen else "", back=_own_page(back))
    try:
        response = RedirectResponse(authorization_address(settings, attempt), status_code=303)
    except SignInFailed as failure:
        return _failed(look, failure)
    sealed = _cipher(settings).seal(orjson.dumps([int(now().timestamp()), asdict(attempt)]), about=_ABOUT)
    _set_cookie(response, settings, "sign_in", sealed.hex(), seconds=_ATTEMPT_SECONDS)
    return response


@router.get("/callback", policy=PUBLIC, produces="text/html", include_in_schema=False)
def finish_sign_in(
    request: Request,
    *,
    code: str | None = None,
    state: str | None = None,
    iss: str | None = None,
    session_state: str | None = None,
    error: str | None = None,
    error_description: str | None = None,
    error_uri: str | None = None,
) -> Response:
    """Back from the provider: open a session for whom it vouches for."""
    del session_state, error_description, error_uri
    settings: Settings = request.app.state.settings
    look = Look.of(request)
    try:
        attempt = _attempt(request, settings)
        look = Look.of(request, lang=attempt.language)
        if error is not None or code is None or state is None:
            raise SignInFailed("the provider refused")
        actor = who_came_back(settings, request.app.state.verifier, attempt, code=code, state=state, issuer=iss)
    except (SignInFailed, Refused) as failure:
        return _failed(look, failure)
    token = secrets.token_urlsafe(32)
    request.app.state.db.run(lambda session: open_page_session(session, digest_of(token), actor=actor))
    response = RedirectResponse(attempt.back or look.address(), status_code=303)
    _set_cookie(response, settings, "session", token, seconds=None)
    _drop_cookie(response, settings, "sign_in")
    return response


@router.post("/logout", policy=PUBLIC, idempotent=False, include_in_schema=False)
def sign_out(form: FormFields, request: Request, session: WriteSession) -> Response:
    """Close the session, here and in the browser."""
    settings: Settings = request.app.state.settings
    token = session_token(request.cookies, settings)
    if token is not None:
        if not secrets.compare_digest(form.get("csrf", ""), csrf_of(token, settings)):
            raise ForeignForm
        close_page_session(session, digest_of(token))
    response = RedirectResponse(Look.of(request, lang=form.get("lang")).address(), status_code=303)
    _drop_cookie(response, settings, "session")
    return response


def _own_page(address: str | None) -> str:
    """An address of ours, without its origin: never one of somebody else."""
    return address if address is not None and _OWN.fullmatch(address) else ""


def _attempt(request: Request, settings: Settings) -> Attempt:
    try:
        sealed = bytes.fromhex(request.cookies.get(cookie_name(settings, "sign_in"), ""))
        began, attempt = orjson.loads(_cipher(settings).open(sealed, about=_ABOUT))
    except (ValueError, Unreadable):
        raise SignInFailed("no attempt of this browser") from None
    if now().timestamp() - began > _ATTEMPT_SECONDS:
        raise SignInFailed("the attempt took too long")
    return Attempt(**attempt)


def _failed(look: Look, failure: Exception) -> Response:
    log.warning("sign_in_failed", reason=getattr(failure, "reason", type(failure).__name__))
    form = Format(look.language)
    title, detail = N_("Signing in did not work"), N_("Nobody was signed in. Begin again from the start page.")
    status = 503 if isinstance(failure, ProviderAway) else 400
    said: dict[str, Any] = {
        "title": form.text(title),
        "detail": form.text(detail),
        **dict.fromkeys(("wrong", "back", "above", "trace")),
    }
    return render("problem.html", look, status=status, **said)


def _cipher(settings: Settings) -> Cipher:
    return keyring(settings).cipher("page-sign-in")


def _set_cookie(response: Response, settings: Settings, what: str, value: str, *, seconds: int | None) -> None:
    secure = settings.origin.startswith("https://")
    response.set_cookie(cookie_name(settings, what), value, max_age=seconds, httponly=True, samesite="lax", secure=secure)


def _drop_cookie(response: Response, settings: Settings, what: str) -> None:
    secure = settings.origin.startswith("https://")
    response.delete_cookie(cookie_name(settings, what), httponly=True, samesite="lax", secure=secure)
