"""The language of events: a frozen model per kind of fact, with its name, version, topic and schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

_REGISTRY: dict[str, type["Event"]] = {}


class UnknownEvent(Exception):
    """The type is not one of ours, or is a version that this release does not know yet."""


class Event(BaseModel):
    """A fact. Past tense, frozen, without personal data.

    A concrete event sets `name` (`"enrolment.completed"`: aggregate and past verb) and, after its first version,
    `version`; the file's abstract event sets `service`. Unknown fields are ignored when reading, so that a newer
    producer may add optional ones.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="iso8601")

    service: ClassVar[str] = ""
    name: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:
            if cls.type() in _REGISTRY:
                raise TypeError(f"two events are called {cls.type()}")
            _REGISTRY[cls.type()] = cls

    @classmethod
    def aggregate(cls) -> str:
        """The kind of thing it happened to: `enrolment`."""
        return cls.name.split(".", 1)[0]

    @classmethod
    def aggregate_type(cls) -> str:
        """The outbox's aggregatetype: `trainees.enrolment`."""
        return f"{cls.service}.{cls.aggregate()}"

    @classmethod
    def type(cls) -> str:
        """The CloudEvents type: `kr.hustar.trainees.enrolment.completed.v1`."""
        return f"kr.hustar.{cls.service}.{cls.name}.v{cls.version}"

    @classmethod
    def dataschema(cls) -> str:
        """Where the JSON Schema of its content is published, relative to the documentation."""
        return f"/schemas/{cls.service}.{cls.name}.v{cls.version}.json"


@dataclass(slots=True)
class Content:
    """What an event of `kind` says, for those that are told by the ten thousand: every field in its order, not validated."""

    kind: type[Event]
    said: Mapping[str, Any]


def registry() -> Mapping[str, type[Event]]:
    """Every event class that has been imported, by CloudEvents type."""
    return dict(_REGISTRY)


def event_class(type_: str) -> type[Event]:
    """The class for a CloudEvents type. Raises UnknownEvent."""
    try:
        return _REGISTRY[type_]
    except KeyError:
        raise UnknownEvent(type_) from None
