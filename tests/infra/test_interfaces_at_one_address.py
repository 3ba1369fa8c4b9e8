"""One address describes the API of all four services, whichever process answers: as documents, and as a page for people."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from services.composition.definitions import definitions
from services.composition.description import Description
from services.composition.gateway import Gateway
from shared.http.style import styled
from tests.infra.interfaces import openapi
from tests.serving import WITHOUT_TLS, on_a_port

pytestmark = pytest.mark.unhurried


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """A process that runs no service at all."""
    gateway = Gateway([], own=Description().apps(), default=Starlette())
    with (
        on_a_port(lambda _: gateway, lifespan="off") as origin,
        httpx.Client(base_url=origin, timeout=120, verify=WITHOUT_TLS) as client,
    ):
        yield client


def test_each_service_is_described_as_it_is(client: httpx.Client) -> None:
    for definition in definitions():
        assert client.get(f"/openapi/{definition.name}.json").json() == openapi()[definition.name]
    assert client.get("/openapi/issuer.json").status_code == 404
    assert client.post("/openapi.json").status_code == 405


def test_the_whole_has_every_path_once_and_no_reference_leads_nowhere(client: httpx.Client) -> None:
    answer = client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    whole: dict[str, Any] = answer.json()
    parts = [openapi()[definition.name] for definition in definitions()]
    assert whole["paths"].keys() == {path for part in parts for path in part["paths"]}
    # That each part is sound OpenAPI is tested where the parts are; what joining them could break are references.
    assert whole["openapi"] == parts[0]["openapi"]
    assert whole["components"]["securitySchemes"].keys() == {"bearer"}
    wanted = set(re.findall(r'"#/components/schemas/([^"]+)"', answer.text))
    assert wanted <= whole["components"]["schemas"].keys()


def test_schemas_of_one_name_that_differ_are_kept_apart(client: httpx.Client) -> None:
    whole = client.get("/openapi.json").json()["components"]["schemas"]
    names: dict[str, list[tuple[str, Any]]] = {}
    for definition in definitions():
        for name, schema in openapi()[definition.name]["components"]["schemas"].items():
            names.setdefault(name, []).append((definition.name, schema))
    differing = {name: told for name, told in names.items() if any(schema != told[0][1] for _, schema in told)}
    for name, told in differing.items():
        for service, schema in told[1:]:
            if schema != told[0][1]:
                assert f"{service.capitalize()}{name}" in whole


def test_people_read_a_page_without_a_script_in_their_language(client: httpx.Client) -> None:
    english = client.get("/docs", headers={"Accept-Language": "en"})
    korean = client.get("/docs", headers={"Accept-Language": "ko"})
    assert (english.headers["content-language"], korean.headers["content-language"]) == ("en", "ko")
    assert "The API of the HuStar Tracker" in english.text
    assert "HuStar Tracker API" in korean.text
    assert english.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in english.text
    assert "http://" not in english.text.replace(styled().decode(), "")
    whole = client.get("/openapi.json").json()
    shown = re.findall(r"<code><b>([A-Z]+)</b> ([^<]+)</code>", english.text)
    methods = {"get", "post", "put", "patch", "delete"}
    assert sorted(shown) == sorted(
        (method.upper(), path) for path, each in whole["paths"].items() for method in methods & each.keys()
    )
