"""Checks access tokens (RFC 9068) as RFC 8725 says: one algorithm, keys only from the issuer, every claim."""

import base64
import binascii
import re
from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import Any, ClassVar, Final

import orjson
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import ECKey

from shared.auth.actor import Actor, Role
from shared.auth.jwks import KeySource
from shared.clock import now
from shared.errors import N_, Refused

ALGORITHM: Final = "ES256"
_LONGEST: Final = 8 * 1024
_REMEMBERED: Final = 4096
_REMEMBER_SECONDS: Final = 60.0
_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
_FOREIGN_HEADERS: Final = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"})
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_NAME: Final = re.compile(r"[\x21-\x7e]{1,200}")
_ORGANISATION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_ROLES: Final = {role.value: role for role in Role}
_ACTS_FOR_ONE: Final = frozenset({Role.UNIVERSITY, Role.EMPLOYER})


class Unauthenticated(Refused):
    """There is no valid token. The code says which kind of invalid, and nothing says why in detail."""

    status = 401
    challenge: ClassVar[str] = 'Bearer realm="hustar", error="invalid_token"'

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": self.challenge})


class TokenMissing(Unauthenticated):
    code = "token_missing"
    title = N_("Sign in first")
    detail = N_("Send an access token as Authorization: Bearer.")
    challenge = 'Bearer realm="hustar"'


class TokenExpired(Unauthenticated):
    code = "token_expired"
    title = N_("The access token has expired")
    detail = N_("Fetch a new access token and repeat.")


class TokenForeign(Unauthenticated):
    code = "token_foreign"
    title = N_("The access token is not for this service")
    detail = N_("The access token comes from another issuer or was issued for another audience.")


class TokenInvalid(Unauthenticated):
    code = "token_invalid"
    title = N_("The access token is not valid")
    detail = N_("The access token cannot be accepted.")


class TokenVerifier:
    """Turns an access token into an Actor. Safe to share between threads.

    Verified tokens are remembered by their hash for at most a minute and never beyond their `exp`.
    """

    def __init__(self, *, issuer: str, audience: str, keys: KeySource, leeway: int = 30) -> None:
        if not 0 <= leeway <= 60:
            raise ValueError("leeway is 0 to 60 seconds")
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(_instant()),
            leeway=leeway,
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            jti={"essential": True},
            client_id={"essential": True},
        )
        self._leeway = leeway
        self._known: OrderedDict[bytes, tuple[float, Actor]] = OrderedDict()
        self._lock = Lock()

    def remembered(self, token: str) -> Actor | None:
        """The actor of a token verified a moment ago; never waits for anything."""
        known = self._known.get(_fingerprint(token))
        return known[1] if known and known[0] > _instant() else None

    def verify(self, token: str) -> Actor:
        """The actor that the token speaks for. May wait for the issuer's keys.

        Raises TokenExpired, TokenForeign, TokenInvalid, or Unavailable when there are no keys to check with.
        """
        actor = self.remembered(token)
        if actor is not None:
            return actor
        key = self._key_of(token)
        claims = self._checked_claims(token, key)
        actor = _actor(claims)
        self._remember(token, actor, until=min(float(claims["exp"]) + self._leeway, _instant() + _REMEMBER_SECONDS))
        return actor

    def _key_of(self, token: str) -> ECKey:
        header = _header(token)
        kind, kid = header.get("typ"), header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(kind, str) or kind.lower() not in _TYPES:
            raise TokenInvalid
        if not isinstance(kid, str) or not _NAME.fullmatch(kid) or not _FOREIGN_HEADERS.isdisjoint(header):
            raise TokenInvalid
        key = self._keys.get(kid)
        if key is None:
            raise TokenForeign
        return key

    def _checked_claims(self, token: str, key: ECKey) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, RecursionError):
            raise TokenInvalid from None
        audience = claims.get("aud")
        if claims.get("iss") != self._issuer or self._audience not in (audience if isinstance(audience, list) else [audience]):
            raise TokenForeign
        try:
            self._claims.validate(claims)
        except ExpiredTokenError:
            raise TokenExpired from None
        except (JoseError, OverflowError):
            raise TokenInvalid from None
        return claims

    def _remember(self, token: str, actor: Actor, *, until: float) -> None:
        with self._lock:
            self._known[_fingerprint(token)] = (until, actor)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


def bearer(header: str | None) -> str:
    """The token of an Authorization header. Raises TokenMissing or TokenInvalid."""
    if header is None:
        raise TokenMissing
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise TokenMissing
    return token.strip()


def _instant() -> float:
    return now().timestamp()


def _fingerprint(token: str) -> bytes:
    return sha256(token.encode(errors="surrogatepass")).digest()


def _header(token: str) -> dict[str, Any]:
    if len(token) > _LONGEST or not _TOKEN.fullmatch(token):
        raise TokenInvalid
    encoded = token.partition(".")[0]
    try:
        header = orjson.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (ValueError, binascii.Error):
        raise TokenInvalid from None
    if not isinstance(header, dict):
        raise TokenInvalid
    return header


def _actor(claims: dict[str, Any]) -> Actor:
    subject, client, organisation, named = (claims.get(name) for name in ("sub", "client_id", "organisation", "roles"))
    if not isinstance(subject, str) or not _NAME.fullmatch(subject) or not isinstance(client, str):
        raise TokenInvalid
    if not isinstance(named, list) or not all(isinstance(role, str) for role in named):
        raise TokenInvalid
    if organisation is not None and not (isinstance(organisation, str) and _ORGANISATION.fullmatch(organisation)):
        raise TokenInvalid
    roles = frozenset(_ROLES[role] for role in named if role in _ROLES)
    if organisation is None and not roles.isdisjoint(_ACTS_FOR_ONE):
        raise TokenInvalid
    return Actor(subject=subject, roles=roles, organisation=organisation, client_id=client)
