"""The engines that we start ourselves: they keep what they confirmed, come back where they were, and leave nothing behind."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaTimeoutError

from infra.local import EngineFailed, EngineUnavailable, LocalKafka, LocalPostgres, open_kafka, open_postgres, postgres
from infra.local.kafka import jars
from infra.local.kafka.broker import cluster_id
from infra.local.ports import free_ports
from tests.engines import available
from tests.waiting import PATIENCE, until

OWNER = """
import time
from infra.local import {engine}
server = {engine}()
server.start()
print(server.pid, server.folder, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def database() -> Iterator[LocalPostgres]:
    with available(LocalPostgres) as server:
        yield server


@pytest.fixture(scope="module")
def broker() -> Iterator[LocalKafka]:
    with available(LocalKafka) as server:
        admin = KafkaAdminClient(bootstrap_servers=server.bootstrap_servers)
        admin.create_topics([NewTopic("facts", 1, 1)])
        admin.close()
        yield server


def _tell(broker: LocalKafka, *facts: bytes) -> None:
    """Write records and wait until the broker has confirmed each."""
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap_servers, acks="all")
    for told in [producer.send("facts", fact) for fact in facts]:
        told.get(timeout=PATIENCE)
    producer.close()


def _told(broker: LocalKafka, *, last: bytes) -> list[bytes]:
    """The records of the topic up to this one, once it is there."""
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap_servers, enable_auto_commit=False)
    consumer.assign([TopicPartition("facts", 0)])
    consumer.seek_to_beginning()
    facts: list[bytes] = []

    def all_came() -> bool:
        facts.extend(record.value for records in consumer.poll(timeout_ms=500).values() for record in records)
        return last in facts

    until(all_came, what=f"{last!r} is told")
    consumer.close()
    return facts


@pytest.mark.engines("postgres")
def test_a_killed_postgres_comes_back_on_its_port_with_what_was_committed(database: LocalPostgres) -> None:
    address = database.url("kept").replace("+psycopg", "")
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE fact (id int)")
        connection.execute("INSERT INTO fact VALUES (30000)")
    before = database.pid
    database.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=2)
    database.start()
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT id FROM fact").fetchall() == [(30000,)]
    assert database.pid != before


@pytest.mark.engines("postgres")
def test_a_killed_postgres_leaves_no_process_of_its_own_running(database: LocalPostgres) -> None:
    assert database.pid is not None
    family = [psutil.Process(database.pid), *psutil.Process(database.pid).children(recursive=True)]
    database.kill()
    assert len(family) > 3
    assert not any(process.is_running() for process in family)
    database.start()


@pytest.mark.engines("postgres")
def test_a_paused_postgres_answers_nobody_until_it_is_resumed(database: LocalPostgres) -> None:
    address = database.url("frozen").replace("+psycopg", "")
    database.pause()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=2)
    database.resume()
    psycopg.connect(address, connect_timeout=5).close()


@pytest.mark.engines("postgres")
def test_a_database_is_created_when_asked_for_and_gone_when_dropped_though_somebody_uses_it(database: LocalPostgres) -> None:
    address = database.url("brief").replace("+psycopg", "")
    assert database.url("brief").replace("+psycopg", "") == address
    user = psycopg.connect(address)
    database.drop("brief")
    with pytest.raises(psycopg.OperationalError):
        user.execute("SELECT 1")
    user.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(address)


@pytest.mark.engines("postgres")
def test_a_postgres_that_must_survive_power_loss_syncs() -> None:
    with available(lambda: LocalPostgres(durable=True)) as server, psycopg.connect(server.server_url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


@pytest.mark.engines("kafka")
def test_a_killed_broker_comes_back_on_its_port_with_what_was_confirmed(broker: LocalKafka) -> None:
    _tell(broker, b"completed", b"employed")
    address, before = broker.bootstrap_servers, broker.pid
    broker.kill()
    broker.start()
    assert (broker.bootstrap_servers, broker.pid) != (address, before)
    assert broker.bootstrap_servers == address
    assert _told(broker, last=b"employed")[-2:] == [b"completed", b"employed"]


@pytest.mark.engines("kafka")
def test_a_broker_can_be_restarted_in_good_order(broker: LocalKafka) -> None:
    broker.restart()
    _tell(broker, b"still here")
    assert _told(broker, last=b"still here")[-1] == b"still here"


@pytest.mark.engines("kafka")
def test_topics_are_not_made_by_mistake(broker: LocalKafka) -> None:
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap_servers, max_block_ms=1500)
    with pytest.raises(KafkaTimeoutError):
        producer.send("misspelt", b"x").get(timeout=5)
    producer.close()


@pytest.mark.engines
@pytest.mark.slow
@pytest.mark.parametrize("engine", ["LocalPostgres", "LocalKafka"])
def test_an_engine_ends_and_its_folder_goes_when_its_owner_is_killed(engine: str) -> None:
    available({"LocalPostgres": LocalPostgres, "LocalKafka": LocalKafka}[engine]).close()
    owner = subprocess.Popen([sys.executable, "-c", OWNER.format(engine=engine)], stdout=subprocess.PIPE, text=True)
    with owner:
        assert owner.stdout is not None
        pid, folder = owner.stdout.readline().split()
        server = psutil.Process(int(pid))
        owner.send_signal(signal.SIGKILL)
    until(lambda: not server.is_running(), what="the server ends")
    until(lambda: not Path(folder).exists(), what="its folder goes")


@pytest.mark.engines
@pytest.mark.slow
def test_both_engines_start_side_by_side() -> None:
    available(LocalPostgres).close()
    available(LocalKafka).close()  # the jars are there from now on
    with ThreadPoolExecutor() as pool:
        postgres_starts, kafka_starts = pool.submit(open_postgres), pool.submit(open_kafka)
    postgres_starts.result().close()
    kafka_starts.result().close()


@pytest.mark.engines("postgres")
def test_an_engine_that_ends_while_starting_says_so_with_its_own_words() -> None:
    with available(LocalPostgres) as server:
        server.stop()
        (server.data / "postgresql.conf").write_text("no_such_setting = 1\n")
        with pytest.raises(EngineFailed, match="no_such_setting"):
            server.start()


def test_a_machine_without_postgres_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTGRES_URL", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgres, "INSTALLED", ())
    monkeypatch.setattr(postgres, "WHEEL", "no_such_wheel")
    with pytest.raises(EngineUnavailable, match="apt-get install postgresql") as refusal:
        open_postgres()
    assert "initdb" in refusal.value.reason


@pytest.mark.slow
def test_a_machine_without_postgres_uses_the_one_in_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTGRES_URL", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgres, "INSTALLED", ())
    if not postgres.carried_programs():
        pytest.skip("the account that runs the server may not read this environment: move the checkout where it may")
    with LocalPostgres() as server:
        server.start()
        with psycopg.connect(server.url("fresh").replace("+psycopg", "")) as connection:
            assert connection.info.server_version >= 150_000


def test_no_cluster_id_can_be_taken_for_an_option() -> None:
    ids = {cluster_id() for _ in range(500)}
    assert len(ids) == 500
    assert {len(each) for each in ids} == {22}
    assert not any(each.startswith("-") for each in ids)


def test_a_machine_without_java_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineUnavailable, match="default-jre-headless") as refusal:
        open_kafka()
    assert refusal.value.reason == "Java was not found"


def test_a_machine_without_maven_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(jars, "CACHE", tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineUnavailable, match="apt-get install maven"):
        jars.jar_folder()


def test_an_engine_that_is_named_in_the_environment_is_used_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_URL", "postgresql://someone@db.example:5432/postgres")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "log.example:9092")
    assert open_postgres().server_url == "postgresql://someone@db.example:5432/postgres"
    assert open_kafka().bootstrap_servers == "log.example:9092"


def _nothing_to_be_had() -> LocalKafka:
    raise EngineUnavailable("Kafka", reason="Java was not found", remedy="install it")


def test_what_needs_an_engine_that_cannot_be_had_is_skipped_with_reason_and_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_ENGINES", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"Java was not found.*install it"):
        available(_nothing_to_be_had)


def test_where_engines_are_required_their_lack_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_ENGINES", "1")
    with pytest.raises(pytest.fail.Exception, match=r"Java was not found.*install it"):
        available(_nothing_to_be_had)


def test_ports_are_free_different_and_outside_the_range_of_outgoing_connections() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert max(ports) < 32768
