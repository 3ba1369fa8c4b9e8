"""The tiny services on both engine pairs: SQLite with the embedded log, PostgreSQL with Kafka."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import KafkaServer, PostgresServer
from shared.eventlog import open_log
from shared.eventlog.port import EventLog
from shared.settings import load_settings
from tests.engines import delete_topics
from tests.shared.events import world


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.engines("postgres", "kafka"))])
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[world.Shop]:
    """A producer, a listener and the log between them."""
    prefix = f"t{uuid.uuid4().hex[:10]}"
    monkeypatch.setattr(world, "PREFIX", prefix)
    monkeypatch.setattr(world, "TOPIC", f"{prefix}.shop.thing.v1")
    if request.param == "embedded":
        log = open_log(load_settings(data=tmp_path))
        yield from _running(world.Shop(f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}", log), log)
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    kafka: KafkaServer = request.getfixturevalue("kafka")
    log = open_log(load_settings(data=tmp_path, kafka_bootstrap_servers=kafka.bootstrap_servers, topic_prefix=prefix))
    yield from _running(world.Shop(postgres.url(f"{prefix}_a"), postgres.url(f"{prefix}_b"), log), log)
    postgres.drop(f"{prefix}_a")
    postgres.drop(f"{prefix}_b")
    delete_topics(kafka, prefix=prefix)


def _running(shop: world.Shop, log: EventLog) -> Iterator[world.Shop]:
    yield shop
    shop.close()
    log.close()
