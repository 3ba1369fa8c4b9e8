"""A broker that speaks TLS only and asks who is there: the product gets in as it is told, and says why when it does not."""

import json
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.local import KafkaServer, SecuredKafka
from services.cli.app import app
from services.composition.definitions import definitions
from services.composition.runtime import topics_of
from services.doctor import event_log as doctor
from services.doctor import machine
from shared.eventlog import open_log, topic_for
from shared.eventlog.errors import LogBroken
from shared.eventlog.kafka import Brokers, brokers
from shared.eventlog.kafka.granting import NO_AUTHORIZER, grant
from shared.eventlog.port import Ack, Failed, LogUnavailable, Message, TopicPartition, TopicSpec
from shared.eventlog.rights import rights
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


def told(broker: SecuredKafka) -> dict[str, str]:
    """The same as the environment tells it."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_USERNAME": "hustar",
        "KAFKA_SASL_PASSWORD": PASSWORD,
        "KAFKA_SSL_CAFILE": str(broker.authority),
    }


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
    for variable, value in told(secured).items():
        monkeypatch.setenv(variable, value)
    monkeypatch.delenv("KAFKA_SASL_PASSWORD")
    monkeypatch.setenv("KAFKA_SASL_PASSWORD_FILE", str(tmp_path / "password"))
    made = CliRunner().invoke(app, ["topics", "--json"])
    assert made.exit_code == 0, made.output
    assert len([row for row in json.loads(made.stdout) if row["topic"].startswith("hustar.")]) > 20
    found = list(doctor.topics(load_settings()))
    assert [each for each in found if each.state.value != "well"] == []
    assert len(found) == 2
    (certificate,) = machine.broker_certificates(load_settings())
    assert (certificate.state.value, certificate.params["host"]) == ("well", "127.0.0.1")
    shown = settings_of(secured, "trainees", by="certificate")
    assert [each.state.value for each in machine.own_certificate(shown)] == ["well"]
    assert list(machine.own_certificate(load_settings())) == []
    monkeypatch.setattr("shared.clock.now", lambda: datetime(2049, 12, 30, tzinfo=UTC))
    assert [each.state.value for each in machine.own_certificate(shown)] == ["broken"]
    assert [each.state.value for each in machine.broker_certificates(load_settings())] == ["broken"]
    assert list(machine.broker_certificates(load_settings(kafka_security_protocol="SASL_PLAINTEXT", kafka_ca_file=None))) == []


def test_who_is_kept_out_is_told_why_in_both_languages(secured: SecuredKafka) -> None:
    without_tls = f"127.0.0.1:{secured.internal_port}"
    by_name = secured.bootstrap_servers.replace("127.0.0.1", "localhost")
    cases: list[tuple[dict[str, Any], str | None]] = [
        ({"kafka_sasl_password": "wrong"}, brokers.USER_REFUSED),
        ({"kafka_sasl_mechanism": "SCRAM-SHA-256"}, brokers.USER_REFUSED),
        ({"kafka_sasl_mechanism": "PLAIN", "kafka_sasl_username": "somebody"}, brokers.USER_REFUSED),
        ({"kafka_ca_file": secured.other_authority}, brokers.UNKNOWN_AUTHORITY),
        ({"kafka_ca_file": None}, brokers.UNKNOWN_AUTHORITY),
        ({"kafka_bootstrap_servers": by_name}, brokers.OTHER_NAME),
        ({"kafka_bootstrap_servers": without_tls}, brokers.NO_TLS),
        ({"kafka_sasl_mechanism": "PLAIN", "kafka_sasl_username": "hustar-trainees"}, None),
        (by_certificate(secured, None), brokers.CERTIFICATE_REFUSED),
        (by_certificate(secured, "hustar-trainees"), None),
    ]
    with ThreadPoolExecutor(len(cases) + 1) as pool:
        examined = pool.submit(lambda: list(doctor.topics(settings_for(secured, kafka_sasl_password="wrong"))))
        said = list(pool.map(lambda case: _refusal(settings_for(secured, **case[0])), cases))
    assert said == [text for _, text in cases]
    assert [(found.state.value, found.detail) for found in examined.result()] == [("broken", brokers.USER_REFUSED)]
    assert [text for text in said if text is not None and translate(text, "ko") == text] == []


@pytest.mark.parametrize("by", ["password", "certificate"])
def test_each_service_writes_its_own_topics_only_and_reads_what_it_consumes(
    secured: SecuredKafka, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    for variable, value in told(secured).items():
        monkeypatch.setenv(variable, value)
    for _ in ("at first", "once more"):
        granted = CliRunner().invoke(app, ["topics", "--users", "hustar-{service}", "--json"])
        assert granted.exit_code == 0, granted.output
    for definition in definitions():
        consumed = {topic_for("hustar", aggregate) for aggregate in definition.handlers.aggregate_types}
        with closing(open_log(settings_of(secured, definition.name, by=by))) as log:
            log.create_topics(topics_of([definition], load_settings()))  # as its worker does at each start
            with pytest.raises(LogUnavailable, match=re.escape(brokers.NOT_ALLOWED)):
                log.create_topics([TopicSpec(f"hustar.{definition.name}.new.v1", 1)])
            seen = {topic for topic in log.topics() if topic.startswith("hustar.")}
            own = {topic for topic in seen if topic.startswith(f"hustar.{definition.name}.")}
            assert own
            assert seen == own | consumed, "what it has no business with it does not even see"
            (mine, *_) = sorted(own)
            (acknowledged,) = log.producer().publish([Message(mine, b"key", definition.name.encode())])
            assert isinstance(acknowledged, Ack)
            at = TopicPartition(mine, acknowledged.partition)
            assert log.read(at, acknowledged.offset)[0].value == definition.name.encode()
            for others in sorted(consumed - own)[:1]:
                (refused,) = log.producer().publish([Message(others, b"key", b"told by nobody")])
                assert isinstance(refused, Failed)
                assert take(log.consumer(group=f"hustar.{definition.name}", topics=[mine, others], start=from_beginning), 1)
                with pytest.raises(LogUnavailable, match=re.escape(brokers.NOT_ALLOWED)):
                    take(log.consumer(group="hustar.of-another", topics=[others], start=from_beginning), 1)


def test_where_brokers_check_nobody_or_nobody_is_named_granting_says_so(
    kafka: KafkaServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap_servers)
    with pytest.raises(LogBroken, match=re.escape(NO_AUTHORIZER)):
        grant(Brokers(kafka.bootstrap_servers), list(rights("nobody", service="trainees", consumes=(), prefix="hustar")))
    assert translate(NO_AUTHORIZER, "ko") != NO_AUTHORIZER
    unnamed = CliRunner().invoke(app, ["topics", "--users", "hustar"])
    assert (unnamed.exit_code, "{service}" in unnamed.stderr) == (2, True)
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS")
    monkeypatch.setenv("HUSTAR_DATA", str(tmp_path))
    assert CliRunner().invoke(app, ["topics", "--users", "hustar-{service}"]).exit_code == 2
    assert CliRunner().invoke(app, ["topics", "--users", ""]).exit_code == 0, "an empty setting says nothing"


def by_certificate(broker: SecuredKafka, user: str | None) -> dict[str, Any]:
    certificate, key = broker.certificate_of(user) if user else (None, None)
    return {
        "kafka_bootstrap_servers": f"127.0.0.1:{broker.certified_port}",
        "kafka_security_protocol": "SSL",
        "kafka_sasl_username": None,
        "kafka_sasl_password": None,
        "kafka_certificate_file": certificate,
        "kafka_key_file": key,
    }


def settings_of(broker: SecuredKafka, service: str, *, by: str) -> Settings:
    user = f"hustar-{service}"
    with_password = {"kafka_sasl_username": user, "kafka_sasl_mechanism": "PLAIN"}
    return settings_for(broker, **(by_certificate(broker, user) if by == "certificate" else with_password))


def _refusal(settings: Settings) -> str | None:
    with closing(open_log(settings)) as log:
        try:
            log.topics()
        except LogUnavailable as refused:
            return str(refused)
    return None
