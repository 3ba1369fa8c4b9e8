"""Which topics there are and how each must be set up: infra/kafka/topics.yaml, read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from shared.eventlog.port import TopicSpec
from shared.settings import Settings

TOPICS_FILE = Path(__file__).resolve().parents[2] / "infra" / "kafka" / "topics.yaml"


def topic_for(prefix: str, aggregate_type: str) -> str:
    """The topic of an aggregate: `hustar` and `trainees.enrolment` make `hustar.trainees.enrolment.v1`."""
    return f"{prefix}.{aggregate_type}.v1"


def topic_specs(settings: Settings) -> list[TopicSpec]:
    """Every topic of the product, under the prefix and with the replication that the environment asks for."""
    document = yaml.safe_load(TOPICS_FILE.read_text(encoding="utf-8"))
    defaults = document["defaults"]
    environment = settings.environment.value
    return [
        _spec(topic_for(settings.topic_prefix, name), defaults, own or {}, environment)
        for name, own in document["topics"].items()
    ]


def _spec(name: str, defaults: Mapping[str, Any], own: Mapping[str, Any], environment: str) -> TopicSpec:
    chosen = {**defaults, **own, "settings": {**defaults["settings"], **own.get("settings", {})}}
    return TopicSpec(
        name=name,
        partitions=int(chosen["partitions"]),
        replication=int(_for(chosen["replication"], environment)),
        settings={key: str(_for(value, environment)) for key, value in chosen["settings"].items()},
    )


def _for(value: Any, environment: str) -> Any:
    """A setting is either one value or one per environment."""
    return value[environment] if isinstance(value, dict) else value
