"""A provider of sign-in that answers otherwise than it should signs nobody in, and the reason is one that can be logged."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from services.reporting.pages import issuer
from services.reporting.pages.issuer import Attempt, SignInFailed, authorization_address
from shared.auth.tokens import ALGORITHM
from shared.clock import now
from shared.settings import Settings, load_settings

US = "hustar-pages"


@contextmanager
def provider(tmp_path: Path, answers: Any) -> Iterator[Settings]:
    """A provider whose discovery says this; `{issuer}` is its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answers).replace("{issuer}", address).encode())

        def log_message(self, *_given: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield load_settings(data=tmp_path).model_copy(update={"oidc_issuer": address})
        server.shutdown()


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([], "the provider did not answer with an object"),
        ({"issuer": "https://elsewhere.example"}, "discovery names another issuer"),
        ({"issuer": "{issuer}", "token_endpoint": "x"}, "discovery does not say authorization_endpoint, jwks_uri"),
    ],
)
def test_a_discovery_that_is_none_or_half_of_one_is_not_followed(tmp_path: Path, answers: Any, reason: str) -> None:
    attempt = Attempt.new("ko")
    with provider(tmp_path, answers) as settings, pytest.raises(SignInFailed) as refused:
        authorization_address(settings, attempt)
    assert refused.value.reason == reason


KEY = ECKey.generate_key("P-256", {"kid": "1"})


class Keys:
    """The provider's keys: one."""

    def get(self, kid: str) -> Any:
        return KEY if kid == "1" else None


def claims(*, kid: str = "1", **said: Any) -> dict[str, Any]:
    usual = {"iss": "https://issuer.example", "aud": US, "sub": "executive", "exp": int(now().timestamp()) + 60}
    token = jwt.encode({"alg": ALGORITHM, "kid": kid}, {**usual, **said}, KEY)
    known = issuer._Provider("https://issuer.example", "", "", Keys(), 0.0)
    return issuer._id_claims(token, known, audience=US)


@pytest.mark.parametrize("aud", [US, [US], ["others", US]])
def test_an_id_token_for_us_among_others_is_ours(aud: Any) -> None:
    assert claims(aud=aud)["sub"] == "executive"


@pytest.mark.parametrize(
    "said",
    [
        {"kid": "2"}, {"iss": "https://elsewhere.example"}, {"aud": "others"}, {"aud": ["others"]}, {"azp": "others"},
        {"exp": int(now().timestamp()) - 3600},
    ],
)  # fmt: skip
def test_an_id_token_of_or_for_somebody_else_signs_nobody_in(said: Any) -> None:
    with pytest.raises(SignInFailed):
        claims(**said)
