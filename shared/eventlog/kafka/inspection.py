"""How a Kafka cluster is set up: for whoever compares it with what the product needs. Nothing is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from shared.eventlog.kafka.brokers import Brokers
from shared.eventlog.kafka.clients import ADMIN, connect, translated, within

_ASK_SECONDS: Final = 5.0
_LEVEL_OF_4: Final = 22
"""The metadata.version of Kafka 4.0's first; 3.9 ends with 21 (KIP-584, MetadataVersion.java)."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a cluster says. `settings` by topic, as strings; `in_sync` is the fewest copies in sync of any partition."""

    brokers: int
    is_new_enough: bool
    settings: Mapping[str, Mapping[str, str]]
    replication: Mapping[str, int]
    in_sync: Mapping[str, int]


def inspect(brokers: Brokers, topics: Sequence[str]) -> Cluster:
    """Ask the cluster about itself and about those of `topics` that there are. Raises LogUnavailable."""
    admin: Any = connect(KafkaAdminClient, brokers, **ADMIN)
    try:
        return within(_ASK_SECONDS, lambda: _inspect(admin, topics))
    except KafkaError as error:
        raise translated(error) from error
    finally:
        within(2.0, admin.close)


def _inspect(admin: Any, topics: Sequence[str]) -> Cluster:
    described = {topic["name"]: topic["partitions"] for topic in admin.describe_topics() if topic["name"] in topics}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in described]
    found = admin.describe_configs(resources, config_filter="all").get("topic", {}) if resources else {}
    features = admin.describe_features()
    return Cluster(
        brokers=len(admin.describe_cluster()["brokers"]),
        is_new_enough=features.get("metadata.version", {}).get("finalized", (0, 0))[1] >= _LEVEL_OF_4,
        settings={name: {key: str(each["value"]) for key, each in values.items()} for name, values in found.items()},
        replication={name: min(len(part["replica_nodes"]) for part in parts) for name, parts in described.items()},
        in_sync={name: min(len(part["isr_nodes"]) for part in parts) for name, parts in described.items()},
    )
