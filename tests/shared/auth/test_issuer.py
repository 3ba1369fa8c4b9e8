"""The built-in issuer: demo clients and the sign-in page, in development only."""

import base64
import hashlib
import re
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine
from joserfc import jwt

from shared.auth.actor import Actor, Role
from shared.auth.issuer import Issuer, IssuerRefused, create_issuer
from shared.auth.issuer.clients import Identity
from shared.auth.issuer.codes import Codes, Grant
from shared.auth.jwks import signing_keys
from shared.clock import now
from shared.db import Database
from shared.http import create_app
from shared.settings import Settings, load_settings
from tests.serving import serving

PAGES = "http://issuer.test"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "response_type": "code",
    "client_id": "hustar-pages",
    "redirect_uri": f"{PAGES}/auth/callback?next=1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "state": "s<t>ate",
    "scope": "openid",
    "nonce": "n1",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data=tmp_path_factory.mktemp("data"), public_url=PAGES)


@pytest.fixture(scope="module")
def issuer(settings: Settings) -> Issuer:
    return create_issuer(settings)


@pytest.fixture(scope="module")
def client(settings: Settings, issuer: Issuer) -> Iterator[httpx.Client]:
    db = Database(f"sqlite:///{settings.data / 'x.db'}", service="issuer")
    app = create_app(
        service="issuer", title="Issuer", routers=[issuer.router], db=db, settings=settings, verifier=issuer.verifier
    )
    with serving(app) as client:
        client.headers["Accept-Language"] = "en"
        yield client
    db.close()


def credentials(name: str, secret: str = "demo") -> dict[str, str]:
    return {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}


@pytest.mark.parametrize(
    ("name", "role", "organisation"),
    [
        ("program-manager", Role.PROGRAM_MANAGER, None),
        ("executive", Role.EXECUTIVE, None),
        ("auditor", Role.AUDITOR, None),
        ("admin", Role.ADMIN, None),
        ("university-knu", Role.UNIVERSITY, "knu"),
        ("employer-1248100998", Role.EMPLOYER, "1248100998"),
    ],
)
def test_a_demo_client_gets_a_token_that_the_api_takes(
    client: httpx.Client, issuer: Issuer, name: str, role: Role, organisation: str | None
) -> None:
    answer = client.post("/oauth/token", data=credentials(name))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 600)
    assert issuer.verifier.verify(answer.json()["access_token"]) == Actor(name, frozenset({role}), organisation, name)


def test_credentials_may_come_in_the_header(client: httpx.Client) -> None:
    answer = client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=("auditor", "demo"))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "authorization", "status", "error"),
    [
        (credentials("auditor", "wrong"), None, 401, "invalid_client"),
        (credentials("auditor", ""), None, 401, "invalid_client"),
        (credentials("nobody"), None, 401, "invalid_client"),
        (credentials("employer-123"), None, 401, "invalid_client"),
        (credentials("university-"), None, 401, "invalid_client"),
        (credentials("university-KNU"), None, 401, "invalid_client"),
        (credentials("auditor"), "Basic YXVkaXRvcjpkZW1v", 400, "invalid_request"),
        ({"grant_type": "client_credentials"}, "Basic !!", 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, "Bearer YXVkaXRvcjpkZW1v", 401, "invalid_client"),
        ({"grant_type": "password"}, None, 400, "unsupported_grant_type"),
        ({"a": "b"}, None, 400, "invalid_request"),
    ],
)
def test_wrong_credentials_are_refused_as_oauth_has_it(
    client: httpx.Client, form: dict[str, str], authorization: str | None, status: int, error: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = client.post("/oauth/token", data=form, headers=headers)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_the_published_keys_verify_the_tokens(client: httpx.Client) -> None:
    discovery = client.get("/.well-known/openid-configuration").json()
    assert discovery["issuer"] == PAGES
    document = client.get(urlsplit(discovery["jwks_uri"]).path).json()
    assert "d" not in document["keys"][0]
    token = client.post("/oauth/token", data=credentials("auditor")).json()["access_token"]
    key = next(iter(signing_keys(document).values()))
    decoded = jwt.decode(token, key, algorithms=["ES256"])
    assert decoded.header["typ"] == "at+jwt"
    assert decoded.claims.keys() >= {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"}


def sign_in(client: httpx.Client, identity: str = "executive", **change: str) -> httpx.Response:
    return client.post("/oauth/authorize", data={**ASKED, "identity": identity, **change})


def redeem(client: httpx.Client, code: str, change: dict[str, str] | None = None) -> httpx.Response:
    given = {"client_id": ASKED["client_id"], "redirect_uri": ASKED["redirect_uri"], "code_verifier": VERIFIER}
    return client.post("/oauth/token", data={"grant_type": "authorization_code", "code": code} | given | (change or {}))


def code_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def test_a_person_signs_in_on_the_page(client: httpx.Client, issuer: Issuer) -> None:
    page = client.get("/oauth/authorize", params=ASKED)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "s<t>ate" not in page.text
    assert 'name="state" value="s&lt;t&gt;ate"' in page.text
    policy = page.headers["content-security-policy"]
    style = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert style
    assert base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode() in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    back = sign_in(client)
    target = urlsplit(back.headers["location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{PAGES}/auth/callback"
    assert {name: value[0] for name, value in parse_qs(target.query).items() if name != "code"} == {
        "next": "1", "state": "s<t>ate", "iss": PAGES,
    }  # fmt: skip
    answer = redeem(client, code_of(back)).json()
    actor = issuer.verifier.verify(answer["access_token"])
    assert (actor.subject, actor.roles, actor.client_id) == ("executive", frozenset({Role.EXECUTIVE}), "hustar-pages")
    told = jwt.decode(answer["id_token"], issuer.signer.key, algorithms=["ES256"]).claims
    assert (told["aud"], told["nonce"], told["sub"]) == ("hustar-pages", "n1", "executive")


def test_the_page_speaks_korean_too(client: httpx.Client) -> None:
    page = client.get("/oauth/authorize", params=ASKED, headers={"Accept-Language": "ko"})
    assert 'lang="ko"' in page.text
    assert "비밀번호는 없습니다" in page.text


def test_a_code_is_good_once(client: httpx.Client) -> None:
    code = code_of(sign_in(client))
    assert redeem(client, code).status_code == 200
    assert redeem(client, code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": CHALLENGE},
        {"code_verifier": ""},
        {"client_id": "another"},
        {"redirect_uri": f"{PAGES}/elsewhere"},
        {"code": "x"},
    ],
)
def test_a_code_is_good_for_whom_it_was_made_only(client: httpx.Client, change: dict[str, str]) -> None:
    code = code_of(sign_in(client))
    assert redeem(client, code, change).json() == {"error": "invalid_grant"}
    if "code" not in change:
        assert redeem(client, code).json() == {"error": "invalid_grant"}, "a wrong try uses the code up"


def test_a_code_is_good_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = Codes()
    who = Identity("auditor", Role.AUDITOR)
    given: dict[str, Any] = {"who": who, "client_id": "c", "redirect_uri": "r", "challenge": CHALLENGE}
    expired = codes.issue(Grant(**given, nonce=None, openid=False, expires=0.0))
    assert codes.redeem(expired, client_id="c", redirect_uri="r", verifier=VERIFIER) is None
    fresh = codes.issue(Grant(**given, nonce=None, openid=False))
    assert codes.redeem(fresh, client_id="c", redirect_uri="r", verifier=VERIFIER) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.test/"},
        {"redirect_uri": f"{PAGES}.evil.test/"},
        {"redirect_uri": f"{PAGES}@evil.test/"},
        {"redirect_uri": f"{PAGES}\\@evil.test/"},
        {"redirect_uri": "//issuer.test/"},
        {"redirect_uri": "http://[::1"},
        {"redirect_uri": f"{PAGES}/#fragment"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": ""},
        {"client_id": "another"},
        {"response_type": "token"},
        {"code_challenge": ""},
        {"code_challenge": "short"},
        {"code_challenge_method": "plain"},
    ],
)
def test_a_doubtful_sign_in_sends_the_browser_nowhere(client: httpx.Client, change: dict[str, str]) -> None:
    for answer in (client.get("/oauth/authorize", params={**ASKED, **change}), sign_in(client, **change)):
        assert answer.status_code == 422
        assert "location" not in answer.headers
        assert answer.json()["errors"][0]["pointer"] == next(iter(change))


def test_an_unknown_identity_is_refused(client: httpx.Client) -> None:
    assert sign_in(client, identity="root").json()["errors"][0]["pointer"] == "identity"


def test_processes_that_share_the_folder_share_the_key(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path, public_url=PAGES)
    one, two = create_issuer(settings), create_issuer(settings)
    assert two.verifier.verify(one.token("auditor")).subject == "auditor"
    assert stat.S_IMODE((tmp_path / "issuer-key.json").stat().st_mode) == 0o600


def test_another_folder_is_another_issuer(issuer: Issuer, tmp_path: Path) -> None:
    other = create_issuer(load_settings(data=tmp_path / "other", public_url=PAGES))
    with pytest.raises(Exception, match="token_foreign"):
        issuer.verifier.verify(other.token("admin"))


def test_tokens_live_ten_minutes(issuer: Issuer) -> None:
    token = issuer.token("auditor")
    with time_machine.travel(now() + timedelta(minutes=11), tick=False), pytest.raises(Exception, match="token_expired"):
        issuer.verifier.verify(token)


def test_no_token_for_nobody(issuer: Issuer) -> None:
    with pytest.raises(ValueError, match="no such demo identity"):
        issuer.token("root")


def test_it_refuses_to_run_outside_development(tmp_path: Path) -> None:
    production = load_settings(
        environment="production",
        data=tmp_path,
        postgres_url="postgresql://db/x",
        kafka_bootstrap_servers="kafka:9092",
        oidc_issuer="https://id.test",
        oidc_jwks_url="https://id.test/keys",
        secret="s" * 40,
    )
    with pytest.raises(IssuerRefused):
        create_issuer(production)
    assert not (tmp_path / "issuer-key.json").exists()
