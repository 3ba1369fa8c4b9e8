"""Authorization codes with PKCE (RFC 6749, RFC 7636): used once, within a minute, by whom they were made for."""

import base64
import hmac
import re
import secrets
import time
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Final

from shared.auth.issuer.clients import Identity

_SECONDS: Final = 60.0
_MOST: Final = 1000
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for."""

    who: Identity
    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    openid: bool
    expires: float = field(default_factory=lambda: time.monotonic() + _SECONDS)


class Codes:
    """The codes of this process that are still good."""

    def __init__(self) -> None:
        self._grants: dict[bytes, Grant] = {}
        self._lock = Lock()

    def issue(self, grant: Grant) -> str:
        code = secrets.token_urlsafe(32)
        with self._lock:
            instant = time.monotonic()
            self._grants = {key: kept for key, kept in self._grants.items() if kept.expires > instant}
            while len(self._grants) >= _MOST:
                self._grants.pop(next(iter(self._grants)))
            self._grants[sha256(code.encode()).digest()] = grant
        return code

    def redeem(self, code: str, *, client_id: str, redirect_uri: str, verifier: str) -> Grant | None:
        """The grant, or None. A code is gone after its first use, also a wrong one."""
        with self._lock:
            grant = self._grants.pop(sha256(code.encode()).digest(), None)
        if grant is None or grant.expires <= time.monotonic():
            return None
        if (grant.client_id, grant.redirect_uri) != (client_id, redirect_uri) or not _VERIFIER.fullmatch(verifier):
            return None
        challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        return grant if hmac.compare_digest(challenge, grant.challenge) else None
