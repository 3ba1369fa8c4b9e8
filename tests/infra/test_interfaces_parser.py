"""The official AsyncAPI parser accepts our document, and would not accept a wrong one."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from infra.docs.interfaces.documents import rendered
from infra.docs.interfaces.official_parser import PACKAGE, PINS, findings, install
from infra.local import EngineUnavailable
from tests.engines import available
from tests.infra import interfaces

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# We write 3.0, which every tool reads; that 3.1 exists is no fault.
NO_FAULT = {"asyncapi-latest-version"}


@pytest.fixture(scope="module")
def errors() -> Callable[[Mapping[str, Any]], list[str]]:
    """What the parser has against a document."""
    available(install)
    return lambda document: [found.message for found in findings(rendered(document)) if found.code not in NO_FAULT]


def test_the_official_parser_has_nothing_against_our_document(errors: Callable[[Mapping[str, Any]], list[str]]) -> None:
    assert errors(interfaces.asyncapi()) == []


def test_the_official_parser_would_refuse_a_broken_one(errors: Callable[[Mapping[str, Any]], list[str]]) -> None:
    broken = copy.deepcopy(dict(interfaces.asyncapi()))
    broken["channels"]["trainees.cohort"]["messages"]["lost"] = {"$ref": "#/components/messages/lost"}
    assert [message for message in errors(broken) if "lost" in message]


def test_without_node_the_reason_and_the_remedy_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineUnavailable, match=r"node was not found.*apt-get install nodejs npm"):
        install()


def test_everything_that_comes_with_the_parser_is_pinned_without_an_address() -> None:
    lock = json.loads(PINS.read_text())
    wanted = json.loads(PACKAGE.read_text())["dependencies"]
    assert lock["packages"][""]["dependencies"] == wanted
    assert [name for name, version in wanted.items() if not version[0].isdigit()] == []
    unhashed = [name for name, package in lock["packages"].items() if name and not package["integrity"].startswith("sha512-")]
    assert unhashed == []
    assert "://" not in PINS.read_text()
