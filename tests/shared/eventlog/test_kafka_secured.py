"""A broker that speaks TLS only and asks who is there: the product gets in as it is told, and says why when it does not."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.local import SecuredKafka
from services.cli.app import app
from services.doctor import event_log as doctor
from services.doctor import machine
from shared.eventlog import open_log
from shared.eventlog.kafka import brokers
from shared.eventlog.port import Ack, LogUnavailable, Message, TopicPartition, TopicSpec
from shared.i18n import translate
from shared.settings import Settings, load_settings
from tests.engines import available
from tests.shared.eventlog.kafka_watching import KAFKA_MARKS
from tests.shared.eventlog.reading import from_beginning, take

pytestmark = [
    *KAFKA_MARKS,
    pytest.mark.slow,
    # The client leaves the socket of a handshake that failed to the garbage collector, too.
    pytest.mark.filterwarnings("ignore:Exception ignored in. .ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"),
]
PASSWORD = "a-canary-of-a-password"


@pytest.fixture(scope="module")
def secured() -> Iterator[SecuredKafka]:
    with available(lambda: SecuredKafka(password=PASSWORD)) as server:
        yield server


def settings_for(broker: SecuredKafka, **other: Any) -> Settings:
    given = {
        "kafka_bootstrap_servers": broker.bootstrap_servers,
        "kafka_security_protocol": "SASL_SSL",
        "kafka_sasl_username": "hustar",
        "kafka_sasl_password": PASSWORD,
        "kafka_ca_file": broker.authority,
    }
    return load_settings(**(given | other))


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_every_kind_of_client_gets_in_and_none_tells_the_password(
    secured: SecuredKafka, mechanism: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="kafka")
    settings = settings_for(secured, kafka_sasl_mechanism=mechanism)
    topic = f"by-{mechanism.lower()}"
    log = open_log(settings)
    try:
        log.create_topics([TopicSpec(topic, 1)])
        assert log.producer().publish([Message(topic, b"key", b"value")]) == [Ack(topic, 0, 0)]
        assert [record.value for record in log.read(TopicPartition(topic, 0), 0)] == [b"value"]
        consumer = log.consumer(group=topic, topics=[topic], start=from_beginning)
        assert [record.value for record in take(consumer, 1)] == [b"value"]
        consumer.commit({TopicPartition(topic, 0): 1})
        assert log.committed(topic, [topic]) == {TopicPartition(topic, 0): 1}
    finally:
        log.close()
    assert "KafkaAdminClient" in caplog.text
    assert PASSWORD not in caplog.text


def test_topics_are_made_and_examined_from_the_command_line(
    secured: SecuredKafka, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text(PASSWORD + "\n")
    told = {
        "KAFKA_BOOTSTRAP_SERVERS": secured.bootstrap_servers,
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_USERNAME": "hustar",
        "KAFKA_SASL_PASSWORD_FILE": str(tmp_path / "password"),
        "KAFKA_SSL_CAFILE": str(secured.authority),
    }
    for variable, value in told.items():
        monkeypatch.setenv(variable, value)
    made = CliRunner().invoke(app, ["topics", "--json"])
    assert made.exit_code == 0, made.output
    assert len([row for row in json.loads(made.stdout) if row["topic"].startswith("hustar.")]) > 20
    found = list(doctor.topics(load_settings()))
    assert [each for each in found if each.state.value != "well"] == []
    assert len(found) == 2
    (certificate,) = machine.broker_certificates(load_settings())
    assert (certificate.state.value, certificate.params["host"]) == ("well", "127.0.0.1")
    monkeypatch.setattr("shared.clock.now", lambda: datetime(2049, 12, 30, tzinfo=UTC))
    assert [each.state.value for each in machine.broker_certificates(load_settings())] == ["broken"]
    assert list(machine.broker_certificates(load_settings(kafka_security_protocol="SASL_PLAINTEXT", kafka_ca_file=None))) == []


def test_who_is_kept_out_is_told_why_in_both_languages(secured: SecuredKafka) -> None:
    without_tls = f"127.0.0.1:{secured.internal_port}"
    by_name = secured.bootstrap_servers.replace("127.0.0.1", "localhost")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"kafka_sasl_password": "wrong"}, brokers.USER_REFUSED),
        ({"kafka_sasl_mechanism": "SCRAM-SHA-256"}, brokers.USER_REFUSED),
        ({"kafka_sasl_mechanism": "PLAIN", "kafka_sasl_username": "somebody"}, brokers.USER_REFUSED),
        ({"kafka_ca_file": secured.other_authority}, brokers.UNKNOWN_AUTHORITY),
        ({"kafka_ca_file": None}, brokers.UNKNOWN_AUTHORITY),
        ({"kafka_bootstrap_servers": by_name}, brokers.OTHER_NAME),
        ({"kafka_bootstrap_servers": without_tls}, brokers.NO_TLS),
    ]
    with ThreadPoolExecutor(len(cases) + 1) as pool:
        examined = pool.submit(lambda: list(doctor.topics(settings_for(secured, kafka_sasl_password="wrong"))))
        said = list(pool.map(lambda case: _refusal(settings_for(secured, **case[0])), cases))
    assert said == [text for _, text in cases]
    assert [(found.state.value, found.detail) for found in examined.result()] == [("broken", brokers.USER_REFUSED)]
    assert [text for text in said if translate(text, "ko") == text] == []


def _refusal(settings: Settings) -> str:
    log = open_log(settings)
    try:
        with pytest.raises(LogUnavailable) as caught:
            log.topics()
        return str(caught.value)
    finally:
        log.close()
