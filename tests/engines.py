"""The rule about engines and tools that cannot be had, and how tests clean up on engines that can."""

import os
from collections.abc import Callable
from typing import NoReturn, TypeVar

import pytest

from infra.local import EngineUnavailable, KafkaServer

Engine = TypeVar("Engine")


def available(get: Callable[[], Engine]) -> Engine:
    """What `get` gives. Where it cannot be had, the test is skipped with reason and remedy, or fails if REQUIRE_ENGINES=1."""
    try:
        return get()
    except EngineUnavailable as error:
        reason = str(error)
    return cannot_be_had(reason)


def cannot_be_had(reason: str) -> NoReturn:
    """Skip the test for this reason, which says the remedy; fail it where REQUIRE_ENGINES=1: nothing may look green there."""
    if os.environ.get("REQUIRE_ENGINES") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def delete_topics(kafka: KafkaServer, *, prefix: str) -> None:
    """Delete the topics whose names begin with `prefix`: a broker that keeps thousands gets slow."""
    from kafka.admin import KafkaAdminClient  # half a second that only tests on Kafka should pay

    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    try:
        topics = [topic for topic in admin.list_topics() if topic.startswith(prefix)]
        if topics:
            admin.delete_topics(topics)
    finally:
        admin.close()
