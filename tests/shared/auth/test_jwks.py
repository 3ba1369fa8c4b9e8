"""The issuer's keys over HTTP: fetched rarely, bounded, and kept while the issuer is away."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import time_machine
from joserfc.jwk import ECKey, RSAKey

from shared.auth.jwks import RemoteKeys, signing_keys
from shared.errors import Unavailable


def key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


def document(*keys: ECKey) -> bytes:
    return json.dumps({"keys": [each.as_dict(private=False) for each in keys]}).encode()


class Published:
    """An issuer's JWKS address, whose answer a test can change, and which counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: Callable[[], httpx.Response] = lambda: httpx.Response(200, content=document(key("k1")))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return self.answer()


@pytest.fixture
def published() -> Published:
    return Published()


@pytest.fixture
def remote(published: Published) -> Iterator[Callable[..., RemoteKeys]]:
    with httpx.Client(transport=httpx.MockTransport(published)) as client:
        yield lambda **options: RemoteKeys("https://issuer.test/keys", client=client, **options)


def test_keys_are_fetched_once(remote: Callable[..., RemoteKeys], published: Published) -> None:
    keys = remote()
    assert [keys.get("k1") is not None for _ in range(5)] == [True] * 5
    assert published.asked == 1


def test_unknown_names_make_no_storm(remote: Callable[..., RemoteKeys], published: Published) -> None:
    keys = remote()
    assert [keys.get(f"x{number}") for number in range(50)] == [None] * 50
    assert published.asked == 1


def test_a_new_key_is_found_when_it_is_first_used(remote: Callable[..., RemoteKeys], published: Published) -> None:
    keys = remote(pause=0)
    keys.get("k1")
    published.answer = lambda: httpx.Response(200, content=document(key("k2")))
    assert keys.get("k2") is not None
    assert keys.get("k1") is None


def test_old_keys_are_fetched_again(remote: Callable[..., RemoteKeys], published: Published) -> None:
    keys = remote(max_age=0, pause=0)
    keys.get("k1")
    keys.get("k1")
    assert published.asked == 2


@pytest.mark.parametrize(
    "answer",
    [
        lambda: httpx.Response(500),
        lambda: httpx.Response(302, headers={"Location": "http://169.254.169.254/"}),
        lambda: httpx.Response(200, content=b"<html>"),
        lambda: httpx.Response(200, content=b'{"keys": []}'),
        lambda: httpx.Response(200, content=b" " * 300_000),
    ],
    ids=["error", "redirect", "html", "no keys", "too large"],
)
def test_a_bad_answer_keeps_the_keys_there_are(
    remote: Callable[..., RemoteKeys], published: Published, answer: Callable[[], httpx.Response]
) -> None:
    keys = remote(max_age=0, pause=0)
    assert keys.get("k1") is not None
    published.answer = answer
    assert keys.get("k1") is not None


def test_an_issuer_that_is_away_makes_signing_in_unavailable(remote: Callable[..., RemoteKeys], published: Published) -> None:
    def away() -> httpx.Response:
        raise httpx.ConnectTimeout("away")

    published.answer = away
    with pytest.raises(Unavailable):
        remote().get("k1")


@pytest.mark.parametrize(
    "broken",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k", "alg": "HS256"},
        RSAKey.generate_key(2048, {"kid": "k"}).as_dict(private=False),
        ECKey.generate_key("P-384", {"kid": "k"}).as_dict(private=False),
        {**key("k").as_dict(private=False), "use": "enc"},
        {**key("k").as_dict(private=False), "alg": "ES384"},
        {name: value for name, value in key("k").as_dict(private=False).items() if name != "x"},
        {**key("k").as_dict(private=False), "x": "!!"},
        {**key("k").as_dict(private=False), "kid": 7},
        {name: value for name, value in key("").as_dict(private=False).items() if name != "kid"},
        "text",
        None,
    ],
)
def test_keys_for_anything_else_are_passed_over(broken: Any) -> None:
    good = key("good").as_dict(private=False)
    assert list(signing_keys({"keys": [broken, good]})) == ["good"]


@pytest.mark.parametrize("nonsense", [None, [], {}, {"keys": None}, {"keys": {}}])
def test_another_document_has_no_keys(nonsense: Any) -> None:
    assert signing_keys(nonsense) == {}


def test_time_travel_does_not_confuse_the_pause(remote: Callable[..., RemoteKeys], published: Published) -> None:
    keys = remote()
    keys.get("k1")
    with time_machine.travel("2030-01-01", tick=False):
        assert keys.get("k1") is not None
