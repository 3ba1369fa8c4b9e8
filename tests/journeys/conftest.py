"""The world on both engine pairs."""

import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import KafkaServer, PostgresServer
from shared.settings import SERVICES, Settings, load_settings
from tests.engines import delete_topics
from tests.journeys.world import World, running


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.engines("postgres", "kafka"))])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a fresh installation on each engine pair."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if request.param == "embedded":
        yield load_settings(data=tmp_path / "var", port=port, demo=False)
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    kafka: KafkaServer = request.getfixturevalue("kafka")
    prefix = f"j{uuid.uuid4().hex[:8]}"
    yield load_settings(
        data=tmp_path / "var",
        port=port,
        demo=False,
        postgres_url=postgres.url("postgres"),
        database_prefix=f"{prefix}_",
        kafka_bootstrap_servers=kafka.bootstrap_servers,
        topic_prefix=prefix,
    )
    for name in SERVICES:
        postgres.drop(f"{prefix}_{name}")
    delete_topics(kafka, prefix=prefix)


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    """The whole product."""
    with running(settings) as world:
        yield world
