"""Which topics there are and how each must be set up: infra/kafka/topics.yaml, read."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from shared.eventlog.port import TopicSpec
from shared.settings import Settings

_INSTALLED = Path(__file__).with_name("topics.yaml")
_IN_THE_REPOSITORY = Path(__file__).resolve().parents[2] / "infra" / "kafka" / "topics.yaml"
TOPICS_FILE = _INSTALLED if _INSTALLED.exists() else _IN_THE_REPOSITORY
"""A wheel carries the file beside this module (pyproject.toml)."""


def topic_for(prefix: str, aggregate_type: str) -> str:
    """The topic of an aggregate: `hustar` and `trainees.enrolment` make `hustar.trainees.enrolment.v1`."""
    return f"{prefix}.{aggregate_type}.v1"


def topic_specs(settings: Settings) -> list[TopicSpec]:
    """Every topic of the product, under the prefix and with the replication that the environment asks for."""
    document = yaml.safe_load(TOPICS_FILE.read_text(encoding="utf-8"))
    defaults = document["defaults"]
    environment = settings.environment.value
    specs = [
        _spec(topic_for(settings.topic_prefix, name), defaults, own or {}, environment)
        for name, own in document["topics"].items()
    ]
    if settings.topic_replication is None:
        return specs
    return [_kept_by(settings.topic_replication, spec) for spec in specs]


def _spec(name: str, defaults: Mapping[str, Any], own: Mapping[str, Any], environment: str) -> TopicSpec:
    chosen = {**defaults, **own, "settings": {**defaults["settings"], **own.get("settings", {})}}
    return TopicSpec(
        name=name,
        partitions=int(chosen["partitions"]),
        replication=int(_for(chosen["replication"], environment)),
        settings={key: str(_for(value, environment)) for key, value in chosen["settings"].items()},
    )


def _kept_by(brokers: int, spec: TopicSpec) -> TopicSpec:
    """The same topic on so many brokers. One of them may be away before writing stops, as long as there are three."""
    least = min(int(spec.settings["min.insync.replicas"]), max(1, brokers - 1))
    return replace(spec, replication=brokers, settings={**spec.settings, "min.insync.replicas": str(least)})


def _for(value: Any, environment: str) -> Any:
    """A setting is either one value or one per environment."""
    return value[environment] if isinstance(value, dict) else value
