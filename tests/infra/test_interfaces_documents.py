"""The generated documents are well-formed, complete, and true to what goes over the wire."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from infra.docs.interfaces.documents import rendered
from infra.docs.interfaces.event_schemas import published_events
from services.composition.definitions import definitions
from shared.eventlog.topics import topic_for, topic_specs
from shared.events.cloudevents import to_message
from shared.events.contract import Event
from shared.events.envelope import Envelope
from shared.ids import new_id
from shared.service import ServiceDefinition
from shared.settings import SERVICES, Environment, Settings
from tests.architecture.sources import ROOT
from tests.infra import interfaces

pytestmark = pytest.mark.unhurried

EVENTS = published_events()
NAMES = [event.type() for event in EVENTS]


def valid(instance: Any, part: str) -> None:
    """Raise unless an instance fits a schema of the AsyncAPI document."""
    components = interfaces.asyncapi()["components"]
    schema = {"$ref": f"#/components/schemas/{part}", "components": components}
    Draft7Validator(schema, format_checker=FormatChecker()).validate(instance)


def message(event: type[Event]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = interfaces.asyncapi()["components"]["messages"][event.type()]
    return found


def test_every_service_and_the_issuer_has_its_document() -> None:
    assert interfaces.openapi().keys() == {*SERVICES, "issuer"}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SERVICES, "issuer"])
def test_an_http_api_is_described_as_openapi_has_it(name: str) -> None:
    document = interfaces.openapi()[name]
    assert document["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(dict(document)).iter_errors()] == []


def test_every_path_is_answered_by_the_service_that_describes_it() -> None:
    strays = [
        path
        for definition in definitions()
        for path in interfaces.openapi()[definition.name]["paths"]
        if not any(path == prefix or path.startswith(prefix.rstrip("/") + "/") for prefix in definition.prefixes)
    ]
    assert strays == []


def test_every_event_has_its_schema_where_its_records_say() -> None:
    found = {f"/{path}": document for path, document in interfaces.schemas().items()}
    assert found.keys() == {event.dataschema() for event in EVENTS}
    for place, document in found.items():
        assert document["$id"] == place
        Draft202012Validator.check_schema(document)


@pytest.mark.parametrize("event", EVENTS, ids=NAMES)
def test_an_event_says_what_it_means_and_since_when(event: type[Event]) -> None:
    document = interfaces.schemas()[event.dataschema().removeprefix("/")]
    first, *_, history = document["description"].split("\n\n")
    assert first == message(event)["summary"]
    assert history.startswith("v1  first version")
    assert f"v{event.version}  " in history


def test_readers_may_meet_fields_that_they_do_not_know() -> None:
    assert [
        path for path, document in interfaces.schemas().items() if document.get("additionalProperties", True) is not True
    ] == []


@pytest.mark.parametrize("event", EVENTS, ids=NAMES)
def test_the_example_of_an_event_is_one(event: type[Event]) -> None:
    (example,) = message(event)["examples"]
    valid(example["payload"], event.type())
    valid(example["headers"], f"{event.type()}.headers")
    assert json.loads(event.model_validate(example["payload"]).model_dump_json()) == example["payload"]
    Draft202012Validator(interfaces.schemas()[event.dataschema()[1:]], format_checker=FormatChecker()).validate(
        example["payload"]
    )


@pytest.mark.parametrize("correlated", [False, True])
def test_the_headers_are_those_that_records_carry(*, correlated: bool) -> None:
    event = EVENTS[0]
    envelope = Envelope(
        id=new_id(),
        type=event.type(),
        source=f"/services/{event.service}",
        subject=str(new_id()),
        time=datetime.now(UTC),
        dataschema=event.dataschema(),
        aggregateversion=7,
        data=b"{}",
        **dict.fromkeys(("correlationid", "causationid", "traceparent"), "00-abc" if correlated else None),
    )
    record = to_message(envelope, topic="any")
    headers = {name: value.decode() for name, value in record.headers}
    valid(headers, f"{event.type()}.headers")
    described = interfaces.asyncapi()["components"]["schemas"]["CloudEventHeaders"]
    assert headers.keys() == set(described["properties"] if correlated else described["required"])
    assert record.key == headers["ce_subject"].encode()


def test_the_topics_are_set_up_as_they_are_described() -> None:
    settings = Settings.model_construct(environment=Environment.PRODUCTION)
    specs = {spec.name: spec for spec in topic_specs(settings)}
    channels = interfaces.asyncapi()["channels"]
    assert {channel["address"] for channel in channels.values()} == {
        topic_for("hustar", each.aggregate_type()) for each in EVENTS
    }
    for channel in channels.values():
        described, spec = channel["bindings"]["kafka"], specs[channel["address"]]
        assert (described["partitions"], described["replicas"]) == (spec.partitions, spec.replication)
        assert described["topicConfiguration"].keys() == spec.settings.keys()


def test_every_event_is_on_the_topic_of_its_aggregate() -> None:
    channels = interfaces.asyncapi()["channels"]
    for event in EVENTS:
        reference = channels[event.aggregate_type()]["messages"][event.type()]
        assert reference == {"$ref": f"#/components/messages/{event.type()}"}
    assert sum(len(channel["messages"]) for channel in channels.values()) == len(EVENTS)


def operations(action: str) -> set[tuple[str, str]]:
    """Who does it, with which aggregate."""
    found = [each for each in interfaces.asyncapi()["operations"].values() if each["action"] == action]
    return {(each["tags"][0]["name"], each["channel"]["$ref"].removeprefix("#/channels/")) for each in found}


def test_every_event_is_sent_by_its_own_service() -> None:
    assert operations("send") == {(event.service, event.aggregate_type()) for event in EVENTS}


def reacts(service: ServiceDefinition, event: type[Event]) -> bool:
    """Handlers name their events; projectors take everything of the aggregates that they name."""
    handlers = service.handlers
    projected = bool(handlers.projectors) and event.aggregate_type() in handlers.aggregate_types
    return projected or bool(handlers.for_event(event))


def test_every_listener_receives_what_it_has_handlers_for() -> None:
    assert operations("receive") == {(each.name, name) for each in definitions() for name in each.handlers.aggregate_types}
    handled = {(service.name, event.type()) for service in definitions() for event in EVENTS if reacts(service, event)}
    received = {
        (each["tags"][0]["name"], reference["$ref"].rpartition("/")[2])
        for each in interfaces.asyncapi()["operations"].values()
        if each["action"] == "receive"
        for reference in each["messages"]
    }
    assert received == handled


def test_the_documents_can_be_read_by_people() -> None:
    text = rendered(interfaces.asyncapi())
    assert "보기대학교 (가상)" in text
    assert "\\u" not in text
    assert text.endswith("}\n")


@pytest.mark.slow
def test_the_same_code_gives_the_same_documents_in_every_process() -> None:
    script = "from infra.docs.interfaces.documents import texts; import json; print(json.dumps(texts()))"
    environment = {"PYTHONHASHSEED": "2", "HUSTAR_TOPIC_PREFIX": "other", "HUSTAR_ENV": "nonsense", "PATH": ""}
    other = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    there, here = json.loads(other.stdout), {path: rendered(document) for path, document in interfaces.made().items()}
    assert list(there) == list(here)
    assert [path for path in here if here[path] != there[path]] == []
