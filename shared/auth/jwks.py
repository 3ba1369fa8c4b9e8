"""Where the issuer's public keys come from: a local set, or the issuer's JWKS address, fetched rarely and bounded."""

import time
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final, Protocol

import httpx
import orjson
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from shared.errors import Unavailable

log = structlog.get_logger()

_LARGEST: Final = 256 * 1024
_MOST_KEYS: Final = 50
_LONGEST_FETCH: Final = 10.0
_TIMEOUT: Final = httpx.Timeout(5.0, connect=3.0)


class KeySource(Protocol):
    def get(self, kid: str) -> ECKey | None:
        """The P-256 signing key of that name, or None. Raises Unavailable when no key can be had at all."""
        ...


def signing_keys(document: object) -> dict[str, ECKey]:
    """The ES256 keys of a JWKS document by `kid`. Others, and those that cannot be read, are passed over."""
    found: dict[str, ECKey] = {}
    listed = document.get("keys") if isinstance(document, dict) else None
    for entry in (listed if isinstance(listed, list) else [])[:_MOST_KEYS]:
        key = _signing_key(entry)
        if key is not None and isinstance(entry["kid"], str):
            found[entry["kid"]] = key
    return found


def _signing_key(entry: Any) -> ECKey | None:
    if not isinstance(entry, dict) or "kid" not in entry or entry.get("kty") != "EC" or entry.get("crv") != "P-256":
        return None
    if entry.get("use", "sig") != "sig" or entry.get("alg", "ES256") != "ES256":
        return None
    try:
        return ECKey.import_key({name: entry[name] for name in ("kty", "crv", "x", "y", "kid")})
    except (JoseError, ValueError, TypeError, KeyError):
        return None


class LocalKeys:
    """Keys that this process knows."""

    def __init__(self, keys: Mapping[str, ECKey]) -> None:
        self._keys = dict(keys)

    def get(self, kid: str) -> ECKey | None:
        return self._keys.get(kid)


class RemoteKeys:
    """Keys at an address. Fetched again when they are old or a name is unknown, at most once per `pause` seconds.

    A failed fetch keeps the keys there are: a token of a known key is good while the issuer is away.
    """

    def __init__(self, url: str, *, max_age: float = 3600, pause: float = 30, client: httpx.Client | None = None) -> None:
        self._url = url
        self._max_age = max_age
        self._pause = pause
        self._client = client or httpx.Client(timeout=_TIMEOUT, follow_redirects=False)
        self._keys: dict[str, ECKey] = {}
        self._fetched = self._tried = float("-inf")
        self._lock = Lock()

    def get(self, kid: str) -> ECKey | None:
        if kid not in self._keys or time.monotonic() - self._fetched > self._max_age:
            self._refresh(kid)
        if not self._keys:
            raise Unavailable
        return self._keys.get(kid)

    def _refresh(self, kid: str) -> None:
        # With keys at hand nobody waits for a fetch that another thread is making.
        if not self._lock.acquire(blocking=not self._keys):
            return
        try:
            instant = time.monotonic()
            fresh = kid in self._keys and instant - self._fetched <= self._max_age
            if not fresh and instant - self._tried >= self._pause:
                self._tried = instant
                self._replace(instant)
        finally:
            self._lock.release()

    def _replace(self, instant: float) -> None:
        try:
            keys = signing_keys(self._fetch())
        except (httpx.HTTPError, ValueError) as error:
            log.warning("jwks_not_fetched", error=type(error).__name__)
            return
        if keys:
            self._keys, self._fetched = keys, instant

    def _fetch(self) -> object:
        with self._client.stream("GET", self._url, headers={"Accept": "application/json"}) as answer:
            if answer.status_code != httpx.codes.OK:
                raise ValueError("not 200")
            content, deadline = b"", time.monotonic() + _LONGEST_FETCH
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > _LARGEST or time.monotonic() > deadline:
                    raise ValueError("too large or too slow")
        return orjson.loads(content)
