"""What may not change in the events: the log keeps them for ever, and listeners of every age read them."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.docs.interfaces.rules.findings import Break, Use
from infra.docs.interfaces.rules.schemas import Schemas

Document = Mapping[str, Any]


def schema_breaks(name: str, before: Document, after: Document) -> Iterator[Break]:
    """The breaks between two versions of one event's schema, whose file is called `name`."""
    for at, why in Schemas(before, after, Use.KEPT).breaks(before, after):
        yield Break(name, at.removeprefix(".") or "content", why)


def asyncapi_breaks(name: str, before: Document, after: Document) -> Iterator[Break]:
    """The breaks between two versions of the AsyncAPI document, beside the data, whose schemas are compared by themselves."""
    channels = {channel["address"]: channel for channel in after.get("channels", {}).values()}
    for old in before.get("channels", {}).values():
        address = old["address"]
        if address not in channels:
            yield Break(name, address, "the topic is removed")
        else:
            for place, why in _channel(old, channels[address]):
                yield Break(name, f"{address} {place}", why)
    for place, why in _messages(before, after):
        yield Break(name, place, why)


def _channel(old: Document, new: Document) -> Iterator[tuple[str, str]]:
    for message in old.get("messages", {}).keys() - new.get("messages", {}).keys():
        yield message, "no longer on this topic"
    before, after = (channel.get("bindings", {}).get("kafka", {}).get("partitions") for channel in (old, new))
    if before != after:
        yield "partitions", f"{before} became {after}: keys move to other partitions and lose their order"


def _messages(before: Document, after: Document) -> Iterator[tuple[str, str]]:
    schemas = Schemas(before, after, Use.KEPT)
    known = after.get("components", {}).get("messages", {})
    for name, old in before.get("components", {}).get("messages", {}).items():
        if name not in known:
            yield name, "removed"
            continue
        new = known[name]
        if old.get("contentType") != new.get("contentType"):
            yield name, f"its content type {old.get('contentType')} became {new.get('contentType')}"
        for at, why in schemas.breaks(old.get("headers", True), new.get("headers", True)):
            yield f"{name} headers{at}", why
        for at, why in schemas.breaks(_key(old), _key(new)):
            yield f"{name} key{at}", why


def _key(message: Document) -> Any:
    return message.get("bindings", {}).get("kafka", {}).get("key", True)
