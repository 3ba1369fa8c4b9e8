"""Who a browser is: its session cookie, and how long it is good for."""

import re
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from services.reporting.queries.sign_in import signed_in
from shared.auth.actor import Actor
from shared.crypto import keyring
from shared.db import Database
from shared.http.kernel import Visitors
from shared.settings import Settings

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def cookie_name(settings: Settings, what: str) -> str:
    """`__Host-` binds a cookie to this very host; browsers want HTTPS for that, which a laptop does not have."""
    return f"{'__Host-' if settings.origin.startswith('https://') else ''}hustar_{what}"


def session_token(cookies: Mapping[str, str], settings: Settings) -> str | None:
    """What the browser's session cookie holds, if it can be one of ours."""
    token = cookies.get(cookie_name(settings, "session"), "")
    return token if _TOKEN.fullmatch(token) else None


def digest_of(token: str) -> str:
    """What is stored of a session's token."""
    return sha256(token.encode()).hexdigest()


def csrf_of(token: str, settings: Settings) -> str:
    """What a form of this session must send along."""
    return keyring(settings).keyed_hash("page-forms").of(token).hex()


def visitors(db: Database, settings: Settings) -> Visitors:
    """Recognises signed-in browsers for the HTTP kernel."""

    async def recognise(request: Request) -> Actor | None:
        token = session_token(request.cookies, settings)
        return None if token is None else await run_in_threadpool(partial(_find, db, digest_of(token)))

    return recognise


def _find(db: Database, digest: str) -> Actor | None:
    with db.read() as session:
        return signed_in(session, digest)
