"""Asks the OpenID provider who somebody is: authorization code with PKCE; tokens never reach the browser."""

import base64
import hmac
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import orjson
import structlog
from joserfc import jwt
from joserfc.errors import JoseError

from shared.auth.actor import Actor
from shared.auth.jwks import KeySource, RemoteKeys
from shared.auth.tokens import ALGORITHM, TokenVerifier
from shared.clock import now
from shared.settings import Settings

log = structlog.get_logger()

_TIMEOUT: Final = httpx.Timeout(10.0, connect=3.0)
_KEPT_FOR: Final = 3600.0
_LEEWAY: Final = 30


class SignInFailed(Exception):
    """Nobody was signed in. `reason` is for our log; the reader is told only to try again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProviderAway(SignInFailed):
    """The provider could not be asked."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in under way, known to one browser: what the provider must send back and what proves that we asked.

    `back` is the page to go to afterwards.
    """

    state: str
    nonce: str
    verifier: str
    language: str
    back: str = ""

    @classmethod
    def new(cls, language: str, *, back: str = "") -> "Attempt":
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), language, back)

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(sha256(self.verifier.encode()).digest()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class _Provider:
    """What discovery says, and the keys it points to."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    keys: KeySource
    read_at: float


_known: dict[str, _Provider] = {}
_lock = Lock()


def authorization_address(settings: Settings, attempt: Attempt) -> str:
    """Where the browser goes to sign in. Raises ProviderAway or SignInFailed when it is not known."""
    query = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": redirect_address(settings),
        "scope": "openid",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
    }
    return f"{_provider(settings).authorization_endpoint}?{urlencode(query)}"


def redirect_address(settings: Settings) -> str:
    return f"{settings.origin}/auth/callback"


def who_came_back(
    settings: Settings, verifier: TokenVerifier, attempt: Attempt, *, code: str, state: str, issuer: str | None
) -> Actor:
    """Whom the provider vouches for. Raises SignInFailed, and Refused for an access token that is not for us."""
    provider = _provider(settings)
    if not hmac.compare_digest(state.encode(), attempt.state.encode()):
        raise SignInFailed("state differs")
    if issuer is not None and issuer != provider.issuer:
        raise SignInFailed("another issuer answered")
    tokens = _exchange(settings, provider, attempt, code)
    actor = verifier.verify(str(tokens.get("access_token")))
    claims = _id_claims(str(tokens.get("id_token")), provider, audience=settings.oidc_client_id)
    if claims.get("nonce") != attempt.nonce:
        raise SignInFailed("nonce differs")
    if claims.get("sub") != actor.subject:
        raise SignInFailed("the tokens speak for two")
    return actor


def _exchange(settings: Settings, provider: _Provider, attempt: Attempt, code: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": settings.oidc_client_id,
        "redirect_uri": redirect_address(settings),
        "code_verifier": attempt.verifier,
    }
    if settings.oidc_client_secret is not None:
        form["client_secret"] = settings.oidc_client_secret.get_secret_value()
    return _json("POST", provider.token_endpoint, form)


def _id_claims(token: str, provider: _Provider, *, audience: str) -> dict[str, Any]:
    """The claims of an id token after the checks of OpenID Connect Core, 3.1.3.7."""
    try:
        kid = orjson.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "==")).get("kid")
        key = provider.keys.get(str(kid))
        if key is None:
            raise SignInFailed("the id token has an unknown key")
        claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        checks = jwt.JWTClaimsRegistry(now=lambda: int(now().timestamp()), leeway=_LEEWAY, exp={"essential": True})
        checks.validate(claims)
    except (JoseError, ValueError, AttributeError) as error:
        raise SignInFailed(f"the id token is not valid: {type(error).__name__}") from None
    named = claims.get("aud")
    audiences = named if isinstance(named, list) else [named]
    if claims.get("iss") != provider.issuer or audience not in audiences or claims.get("azp", audience) != audience:
        raise SignInFailed("the id token is for somebody else")
    return dict(claims)


def _provider(settings: Settings) -> _Provider:
    issuer = settings.oidc_issuer or settings.origin
    with _lock:
        known = _known.get(issuer)
        if known is None or time.monotonic() - known.read_at > _KEPT_FOR:
            known = _known[issuer] = _discover(issuer, settings.oidc_discovery_url)
        return known


def _discover(issuer: str, address: str | None) -> _Provider:
    """The provider's own words, from `address` where servers reach it elsewhere than browsers do."""
    found = _json("GET", address or f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise SignInFailed("discovery names another issuer")
    missing = {"jwks_uri", "authorization_endpoint", "token_endpoint"} - found.keys()
    if missing:
        raise SignInFailed(f"discovery does not say {', '.join(sorted(missing))}")
    keys = RemoteKeys(str(found["jwks_uri"]))
    return _Provider(issuer, str(found["authorization_endpoint"]), str(found["token_endpoint"]), keys, time.monotonic())


def _json(method: str, address: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        answer = httpx.request(method, address, data=form, timeout=_TIMEOUT, headers={"Accept": "application/json"})
        found = answer.raise_for_status().json()
    except httpx.TransportError as error:
        raise ProviderAway(f"{method} at the provider failed: {type(error).__name__}") from None
    except (httpx.HTTPError, ValueError) as error:
        raise SignInFailed(f"the provider's answer is of no use: {type(error).__name__}") from None
    if not isinstance(found, dict):
        raise SignInFailed("the provider did not answer with an object")
    return found
