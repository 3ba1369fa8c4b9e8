"""The built-in issuer's key and what it signs: access tokens as in RFC 9068 and id tokens as in OpenID Connect."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey

from shared.auth.issuer.clients import Identity
from shared.auth.tokens import ALGORITHM
from shared.clock import now
from shared.crypto import keep_once
from shared.ids import new_id

LIFETIME: Final = timedelta(minutes=10)


def kept_key(folder: Path) -> ECKey:
    """The signing key of this data folder, made once. Processes that share the folder share the key."""
    fresh = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    return ECKey.import_key(orjson.loads(keep_once(folder / "issuer-key.json", orjson.dumps(fresh.as_dict(private=True)))))


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs in the name of one issuer."""

    key: ECKey
    issuer: str
    audience: str

    def access_token(self, who: Identity, *, client_id: str) -> str:
        """A token for the API that lives for ten minutes."""
        claims = self._claims(who, audience=self.audience)
        claims |= {"jti": new_id().hex, "client_id": client_id, "scope": "", "roles": [who.role.value]}
        if who.organisation is not None:
            claims["organisation"] = who.organisation
        return self._sign(claims, kind="at+jwt")

    def id_token(self, who: Identity, *, client_id: str, nonce: str | None) -> str:
        """Tells the client who signed in."""
        claims = self._claims(who, audience=client_id) | {"name": who.name, "roles": [who.role.value]}
        if nonce is not None:
            claims["nonce"] = nonce
        return self._sign(claims, kind="JWT")

    def _claims(self, who: Identity, *, audience: str) -> dict[str, Any]:
        instant = now()
        return {
            "iss": self.issuer,
            "sub": who.name,
            "aud": audience,
            "iat": int(instant.timestamp()),
            "nbf": int(instant.timestamp()),
            "exp": int((instant + LIFETIME).timestamp()),
        }

    def _sign(self, claims: dict[str, Any], *, kind: str) -> str:
        header = {"alg": ALGORITHM, "kid": self.key.kid, "typ": kind}
        return jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])
