"""Access tokens: what is refused, and that nothing but the right thing is taken."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from shared.auth.actor import Actor, Role
from shared.auth.jwks import LocalKeys
from shared.auth.tokens import TokenExpired, TokenForeign, TokenInvalid, TokenMissing, TokenVerifier, Unauthenticated, bearer
from shared.clock import now

ISSUER, AUDIENCE = "https://issuer.test", "hustar-api"
KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig", "alg": "ES256"})
OTHER = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig", "alg": "ES256"})
HEADER = {"alg": "ES256", "kid": "k1", "typ": "at+jwt"}


def claims(**change: Any) -> dict[str, Any]:
    instant = int(now().timestamp())
    given = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "university-knu",
        "client_id": "university-knu",
        "jti": "1",
        "iat": instant,
        "exp": instant + 600,
        "roles": ["university"],
        "organisation": "knu",
    }
    return {name: value for name, value in {**given, **change}.items() if value is not ...}


def token(header: dict[str, Any] | None = None, *, key: ECKey = KEY, **change: Any) -> str:
    return jwt.encode({**HEADER, **(header or {})}, claims(**change), key, algorithms=["ES256"], default_type=None)


@pytest.fixture
def verifier() -> TokenVerifier:
    return TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=LocalKeys({"k1": KEY}))


def test_the_hand_made_signature_of_these_tests_is_a_good_one(verifier: TokenVerifier) -> None:
    assert verifier.verify(_signed(HEADER)).subject == "university-knu"


def test_a_good_token_names_its_actor(verifier: TokenVerifier) -> None:
    expected = Actor("university-knu", frozenset({Role.UNIVERSITY}), "knu", "university-knu")
    assert verifier.verify(token()) == expected
    assert verifier.verify(token({"typ": "application/AT+JWT"}, aud=["other", AUDIENCE])) == expected


def test_unknown_roles_mean_nothing(verifier: TokenVerifier) -> None:
    assert verifier.verify(token(roles=["superuser", "auditor"])).roles == {Role.AUDITOR}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"exp": 1}, TokenExpired),
        ({"iss": "https://elsewhere.test"}, TokenForeign),
        ({"iss": ISSUER + "/"}, TokenForeign),
        ({"iss": ...}, TokenForeign),
        ({"aud": "another-api"}, TokenForeign),
        ({"aud": ["another-api"]}, TokenForeign),
        ({"aud": ...}, TokenForeign),
        ({"iss": "https://elsewhere.test", "exp": 1}, TokenForeign),
        ({"exp": ...}, TokenInvalid),
        ({"exp": "tomorrow"}, TokenInvalid),
        ({"exp": True}, TokenInvalid),
        ({"iat": ...}, TokenInvalid),
        ({"iat": 4_000_000_000}, TokenInvalid),
        ({"nbf": 4_000_000_000}, TokenInvalid),
        ({"sub": ...}, TokenInvalid),
        ({"sub": ""}, TokenInvalid),
        ({"sub": 7}, TokenInvalid),
        ({"sub": "a\nb"}, TokenInvalid),
        ({"jti": ...}, TokenInvalid),
        ({"client_id": ...}, TokenInvalid),
        ({"client_id": 7}, TokenInvalid),
        ({"roles": ...}, TokenInvalid),
        ({"roles": "admin"}, TokenInvalid),
        ({"roles": [["admin"]]}, TokenInvalid),
        ({"organisation": ...}, TokenInvalid),
        ({"organisation": "../knu"}, TokenInvalid),
        ({"organisation": {"a": 1}}, TokenInvalid),
    ],
)
def test_wrong_claims_are_refused_by_their_kind(
    verifier: TokenVerifier, change: dict[str, Any], kind: type[Unauthenticated]
) -> None:
    with pytest.raises(kind):
        verifier.verify(token(**change))


def _encode(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _unsigned(algorithm: str) -> str:
    return f"{_encode({**HEADER, 'alg': algorithm})}.{_encode(claims())}."


def _signed(header: object, payload: object | None = None) -> str:
    """Rightly signed by the issuer's own key, whatever the header says."""
    text = f"{_encode(header)}.{_encode(claims() if payload is None else payload)}"
    assert KEY.private_key is not None
    r, s = decode_dss_signature(KEY.private_key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _hmac_with(secret: bytes, algorithm: str = "HS256") -> str:
    signed = f"{_encode({**HEADER, 'alg': algorithm})}.{_encode(claims())}"
    digest = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512", "ES256": "sha256"}[algorithm]
    signature = hmac.new(secret, signed.encode(), digest).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _public_pem() -> bytes:
    return KEY.public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _rs256() -> str:
    key = RSAKey.import_key(rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip
    return jwt.encode({**HEADER, "alg": "RS256"}, claims(), key, algorithms=["RS256"], default_type=None)


def _without_signature() -> str:
    return token().rsplit(".", 1)[0] + "."


def _with_changed_claims() -> str:
    header, _, signature = token().split(".")
    return f"{header}.{_encode(claims(roles=['admin']))}.{signature}"


def _with_zero_signature() -> str:
    return f"{token().rsplit('.', 1)[0]}.{base64.urlsafe_b64encode(bytes(64)).decode().rstrip('=')}"


def _embedding(**header: Any) -> str:
    return token(header, key=OTHER)


FORGERIES: dict[str, Callable[[], str]] = {
    "alg none": lambda: _unsigned("none"),
    "alg None": lambda: _unsigned("None"),
    "alg nOnE": lambda: _unsigned("nOnE"),
    "alg empty": lambda: _unsigned(""),
    "alg a list": lambda: _signed({**HEADER, "alg": ["ES256"]}),
    "HMAC with the public key as PEM": lambda: _hmac_with(_public_pem()),
    "HMAC with the public key as JWK": lambda: _hmac_with(json.dumps(KEY.as_dict(private=False)).encode()),
    "HMAC 512 with the public key": lambda: _hmac_with(_public_pem(), "HS512"),
    "HMAC that calls itself ES256": lambda: _hmac_with(_public_pem(), "ES256"),
    "HMAC by the library with an empty secret": lambda: jwt.encode(
        {**HEADER, "alg": "HS256"}, claims(), OctKey.import_key(b"0" * 32), algorithms=["HS256"], default_type=None
    ),
    "RSA": _rs256,
    "another curve": lambda: jwt.encode(
        {**HEADER, "alg": "ES384"}, claims(), ECKey.generate_key("P-384"), algorithms=["ES384"], default_type=None
    ),
    "another key of the same name": lambda: token(key=OTHER),
    "no signature": _without_signature,
    "a signature of zeros": _with_zero_signature,
    "changed claims": _with_changed_claims,
    "embedded key": lambda: _embedding(jwk=OTHER.as_dict(private=False)),
    "key address": lambda: _embedding(jku="https://evil.test/keys"),
    "certificate address": lambda: _embedding(x5u="https://evil.test/cert"),
    "embedded key beside the right signature": lambda: token({"jwk": KEY.as_dict(private=False)}),
    "critical extension": lambda: _signed({**HEADER, "crit": ["exp"], "exp": 1}),
    "an id token": lambda: token({"typ": "JWT"}),
    "no type": lambda: _signed({"alg": "ES256", "kid": "k1"}),
    "no key name": lambda: _signed({**HEADER, "kid": None}),
    "key name with a path": lambda: token({"kid": "../../../../dev/null\n"}),
    "key name that is an object": lambda: _signed({**HEADER, "kid": {"k": 1}}),
    "header that is a list": lambda: _signed([1]),
    "header that is nonsense": lambda: f"AAAA.{_encode(claims())}.AA",
    "claims that are a list": lambda: _signed(HEADER, [1]),
    "claims that are a number": lambda: _signed(HEADER, 1),
    "claims beyond reason": lambda: _signed(HEADER, claims(exp=1e400)),
    "two parts": lambda: "a.b",
    "four parts": lambda: token() + ".x",
    "five parts": lambda: token() + ".x.y",
    "spaces": lambda: " " + token(),
    "padding": lambda: token() + "==",
    "nothing": lambda: "",
    "a surrogate": lambda: "\udcff.a.b",
    "more than eight kilobytes": lambda: token(padding="x" * 8200),
    "a megabyte": lambda: "a" * 1_000_000 + ".b.c",
}  # fmt: skip


@pytest.mark.unhurried
@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_token_is_invalid(verifier: TokenVerifier, forge: Callable[[], str]) -> None:
    with pytest.raises(TokenInvalid) as refused:
        verifier.verify(forge())
    assert refused.value.params == {}
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("name", ["k2", "' OR 1=1 --", "https://evil.test", "k1\u200b"])
def test_a_key_of_an_unknown_name_is_foreign_or_invalid(verifier: TokenVerifier, name: str) -> None:
    with pytest.raises((TokenForeign, TokenInvalid)):
        verifier.verify(token({"kid": name}, key=OTHER))


def test_a_token_is_good_for_its_time_and_half_a_minute_more(verifier: TokenVerifier) -> None:
    good = token()
    for later, is_good in ((0, True), (599, True), (629, True), (632, False), (10_000, False)):
        with time_machine.travel(now() + timedelta(seconds=later), tick=False):
            if is_good:
                verifier.verify(good)
            else:
                with pytest.raises(TokenExpired):
                    verifier.verify(good)


def test_a_remembered_token_is_forgotten_within_a_minute(verifier: TokenVerifier) -> None:
    good = token()
    assert verifier.remembered(good) is None
    actor = verifier.verify(good)
    assert verifier.remembered(good) == actor
    with time_machine.travel(now() + timedelta(seconds=61), tick=False):
        assert verifier.remembered(good) is None


def test_memory_is_bounded_and_holds_no_tokens(verifier: TokenVerifier) -> None:
    good = token()
    verifier.verify(good)
    assert good not in repr(vars(verifier))
    assert hashlib.sha256(good.encode()).digest() in verifier._known


def test_more_than_a_minute_of_leeway_is_refused() -> None:
    with pytest.raises(ValueError, match="leeway"):
        TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=LocalKeys({}), leeway=61)


@pytest.mark.parametrize("header", [None, "", "Basic abc", "bearerabc"])
def test_no_bearer_token_is_a_missing_one(header: str | None) -> None:
    with pytest.raises(TokenMissing):
        bearer(header)


def test_the_scheme_is_read_in_any_case() -> None:
    assert bearer("bEaReR  abc") == "abc"
