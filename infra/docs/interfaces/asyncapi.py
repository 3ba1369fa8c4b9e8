"""The events as an AsyncAPI 3.0 document: a channel per topic, a message per event, who sends and who receives."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any, Final

from infra.docs.interfaces.event_schemas import published_events
from infra.docs.interfaces.messages import KAFKA_BINDING, message, schemas
from shared.eventlog.port import TopicSpec
from shared.eventlog.topics import topic_for, topic_specs
from shared.events.contract import Event
from shared.service import ServiceDefinition
from shared.settings import Environment, Settings

Part = dict[str, Any]

PREFIX: Final = "hustar"
_ABOUT: Final = """\
What the services tell each other: facts in the past tense, one topic per kind of thing, kept for ever.

A record is a CloudEvent in Kafka's binary mode: the value is the JSON data, the attributes are headers, the key is the
subject. Order holds within one key, and `ce_aggregateversion` counts its events from 1 without gaps. An event may come
more than once: `ce_id` says which are the same.

No event carries a person's name, phone number, e-mail address, birth date or student number. Readers ignore fields that
they do not know. A field that is added is optional; anything else is a new version of the type, beside the old one."""


def asyncapi(services: Sequence[ServiceDefinition]) -> Part:
    """The document. `services` are those that listen; who sends, the events say themselves."""
    events = published_events()
    aggregates = {event.aggregate_type(): [each for each in events if _same_topic(each, event)] for event in events}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "HuStar Tracker: events",
            "version": version("hustar-tracker"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"log": _server()},
        "channels": _channels(aggregates),
        "operations": dict(_operations(services, aggregates)),
        "components": {"messages": {event.type(): message(event) for event in events}, "schemas": schemas(events)},
    }


def _same_topic(one: type[Event], other: type[Event]) -> bool:
    return one.aggregate_type() == other.aggregate_type()


def _server() -> Part:
    return {
        "host": "{bootstrap_servers}",
        "protocol": "kafka",
        "description": "Apache Kafka 4, or the embedded log of the one-command start, which no client reaches from outside.",
        "variables": {"bootstrap_servers": {"default": "localhost:9092", "description": "KAFKA_BOOTSTRAP_SERVERS"}},
    }


def _channels(aggregates: dict[str, list[type[Event]]]) -> Part:
    settings = Settings.model_construct(environment=Environment.PRODUCTION, topic_prefix=PREFIX)
    topics = {topic.name: topic for topic in topic_specs(settings)}
    return {name: _channel(name, events, topics[topic_for(PREFIX, name)]) for name, events in aggregates.items()}


def _channel(name: str, events: Sequence[type[Event]], topic: TopicSpec) -> Part:
    service, _, aggregate = name.partition(".")
    return {
        "address": topic.name,
        "title": name,
        "summary": f"Everything that happened to each {aggregate} of {service}, in the order of its version.",
        "description": f"The topic's name begins with HUSTAR_TOPIC_PREFIX, which is `{PREFIX}` unless set otherwise.",
        "tags": [{"name": service}],
        "messages": {event.type(): {"$ref": f"#/components/messages/{event.type()}"} for event in events},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "replicas": topic.replication,
                "topicConfiguration": {key: _setting(key, value) for key, value in topic.settings.items()},
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _setting(key: str, value: str) -> str | int | list[str]:
    """A topic's setting as the binding wants it: numbers as numbers, policies as a list."""
    if key == "cleanup.policy":
        return value.split(",")
    return int(value) if value.lstrip("-").isdigit() else value


def _operations(services: Sequence[ServiceDefinition], aggregates: dict[str, list[type[Event]]]) -> Iterator[tuple[str, Part]]:
    for name, events in aggregates.items():
        yield f"{events[0].service}.sends.{name}", _sending(name, events)
    for service in services:
        for name in sorted(service.handlers.aggregate_types):
            yield f"{service.name}.receives.{name}", _receiving(service, name, aggregates[name])


def _sending(name: str, events: Sequence[type[Event]]) -> Part:
    service = events[0].service
    return {
        "action": "send",
        "title": f"{service} tells what happened to each {events[0].aggregate()}",
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": _messages(name, events),
        "tags": [{"name": service}],
    }


def _receiving(service: ServiceDefinition, name: str, events: Sequence[type[Event]]) -> Part:
    """A projector takes every event of its topics; handlers take those that they name."""
    handlers = service.handlers
    taken = events if handlers.projectors else [event for event in events if handlers.for_event(event)]
    reactions = [
        f"- `{event.name}`: {handler.__name__.replace('_', ' ')}" for event in taken for handler in handlers.for_event(event)
    ]
    reactions += [f"- {projector.__name__.replace('_', ' ')}" for projector in handlers.projectors]
    return {
        "action": "receive",
        "title": f"{service.name} listens to what happened to each {name.partition('.')[2]}",
        "description": "\n".join(reactions),
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": _messages(name, taken),
        "tags": [{"name": service.name}],
        "bindings": {
            "kafka": {"groupId": {"type": "string", "const": f"{PREFIX}.{service.name}"}, "bindingVersion": KAFKA_BINDING}
        },
    }


def _messages(channel: str, events: Sequence[type[Event]]) -> list[Part]:
    return [{"$ref": f"#/channels/{channel}/messages/{event.type()}"} for event in events]
