"""At least a hundred kills under load, on both engine pairs: nothing acknowledged is lost, nothing is counted twice."""

import os
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from infra.local import KafkaServer, PostgresServer
from services.composition.definitions import definitions
from services.composition.runtime import ServiceRuntime, open_service
from services.reconciliation.report import reconcile
from services.reporting.queries.digest import facts_digest
from shared.auth.issuer import create_issuer
from shared.crypto import keyring
from shared.eventlog import open_log
from shared.eventlog.port import EventLog
from shared.events.consumer import state
from shared.events.rebuild import rebuild
from shared.settings import SERVICES, Settings, load_settings
from tests.chaos.installation import Installation, Member
from tests.chaos.workload import Acknowledged, Caller, Worker, prepare
from tests.engines import delete_topics

CLIENTS = 4
PLACED = 10  # placements acknowledged before the fire begins, and again in the midst of it
KILLS = {"embedded": 60, "production": 45}


def wanted_kills(pair: str) -> int:
    """How many deaths a run needs: `CHAOS_KILLS` in all for `make chaos`, and more than a hundred in CI."""
    given = os.environ.get("CHAOS_KILLS")
    return int(given) // 2 if given else KILLS[pair]


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.engines("postgres", "kafka"))])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """One process on the embedded engines, or an API and two workers on PostgreSQL and Kafka."""
    seed = int(os.environ.get("CHAOS_SEED", uuid.uuid4().int % 1_000_000))
    print(f"\nchaos on {request.param}, seed {seed} (repeat with CHAOS_SEED={seed})")
    environment = {"HUSTAR_DATA": str(tmp_path / "var")}
    members = [Member("all", ())]
    prefix = f"c{uuid.uuid4().hex[:8]}"
    with ExitStack() as after:
        if request.param == "production":
            postgres: PostgresServer = request.getfixturevalue("postgres")
            kafka: KafkaServer = request.getfixturevalue("kafka")
            environment |= {
                "POSTGRES_URL": postgres.url("postgres"),
                "HUSTAR_DATABASE_PREFIX": f"{prefix}_",
                "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
                "HUSTAR_TOPIC_PREFIX": prefix,
            }
            members = [
                Member("api", ("--role", "api")),
                Member("worker-1", ("--role", "worker")),
                Member("worker-2", ("--role", "worker")),
            ]
            after.callback(delete_topics, kafka, prefix=prefix)
            for name in SERVICES:
                after.callback(postgres.drop, f"{prefix}_{name}")
        installation = Installation(tmp_path, environment, members, seed)
        after.callback(installation.close)
        yield installation


@pytest.mark.chaos
@pytest.mark.timeout(0)
def test_nothing_acknowledged_is_lost_and_every_figure_agrees(installation: Installation, request: pytest.FixtureRequest) -> None:
    pair = request.node.callspec.params["installation"]
    kills = wanted_kills(pair)
    settings = settings_of(installation)
    installation.start(with_crash_points=False)
    token = create_issuer(settings).token
    first = Caller(installation.origin, lambda: token("program-manager"), seed="prepare")
    cohort, position = prepare(first, seats=300)
    first.close()

    acknowledged = under_fire(installation, settings, cohort=cohort, position=position, kills=kills)
    died = installation.count_kills()
    print(f"{died.total()} kills: {dict(died)}")
    print(f"{acknowledged.writes} writes acknowledged, {acknowledged.unknowns} unknown, {acknowledged.replays} answered again")
    assert died.total() >= kills, "the faults must really have happened"
    assert len(died) >= 5, "they must have happened at different places"
    assert acknowledged.writes >= kills, "the load must really have been there"
    assert acknowledged.unknowns > 0, "some requests must have met a dying process"
    assert acknowledged.enrolments
    assert acknowledged.placements

    started = time.monotonic()
    installation.cease_fire()
    installation.wait_until_it_answers()
    with opened(installation, settings) as (services, event_log):
        at_rest(services, event_log, settings, last_words=installation.last_words)
        print(f"at rest {time.monotonic() - started:.1f} s after the last kill")
    installation.stop()
    with opened(installation, settings) as (services, event_log):
        assert_everything_is_there(services, acknowledged)
        result = reconcile(services, event_log, prefix=settings.topic_prefix, patience=0)
        assert result.agrees, (result.waiting, result.findings[:10])
        assert result.figures > 20
        assert result.records >= acknowledged.writes
        print(f"reconciled {result.figures} figures, {result.aggregates} aggregates, {result.records} records")
        assert_a_full_replay_gives_the_same_rows(services, event_log, settings)


def under_fire(installation: Installation, settings: Settings, *, cohort: str, position: str, kills: int) -> Acknowledged:
    """Load from several clients while processes die and are started again, until enough have died and been hired.

    The fire begins once matching has heard of people: hires then meet dying processes however long the log is late.
    """
    token = create_issuer(settings).token
    stopping, dice = threading.Event(), random.Random(installation.seed)
    workers = [
        Worker(
            Caller(installation.origin, lambda: token("program-manager"), seed=f"{installation.seed}-{n}"),
            cohort=cohort, position=position, number=n,
        )
        for n in range(CLIENTS)
    ]  # fmt: skip
    deadline = time.monotonic() + max(240, kills * 6)
    with ThreadPoolExecutor(CLIENTS) as pool:
        running = [pool.submit(worker.run, stopping) for worker in workers]
        try:
            while (before := placed(workers)) < PLACED and not any(future.done() for future in running):
                assert time.monotonic() < deadline, f"nobody was placed in peace\n{installation.last_words()}"
                time.sleep(0.1)
            print(f"{before} placed in peace, then fire")
            while (installation.count_kills().total() < kills or placed(workers) < before + PLACED) and not any(
                future.done() for future in running
            ):
                assert time.monotonic() < deadline, f"only {installation.count_kills()}\n{installation.last_words()}"
                installation.ensure_running(with_crash_points=True)
                if installation.answers() and dice.random() < 0.04:
                    installation.kill_one(dice)
                time.sleep(0.04)
        finally:
            stopping.set()
            while not all(future.done() for future in running):
                installation.ensure_running(with_crash_points=False)
                time.sleep(0.05)
        return together([future.result() for future in running])


def placed(workers: list[Worker]) -> int:
    """How many placements were acknowledged so far."""
    return sum(len(worker.acknowledged.placements) for worker in workers)


def together(parts: list[Acknowledged]) -> Acknowledged:
    whole = Acknowledged()
    for part in parts:
        whole.enrolments |= part.enrolments
        whole.placements |= part.placements
        whole.writes += part.writes
        whole.unknowns += part.unknowns
        whole.replays += part.replays
    return whole


def settings_of(installation: Installation) -> Settings:
    given = installation.environment
    return load_settings(
        data=Path(given["HUSTAR_DATA"]),
        port=installation.port,
        postgres_url=given.get("POSTGRES_URL"),
        database_prefix=given.get("HUSTAR_DATABASE_PREFIX", "hustar_"),
        kafka_bootstrap_servers=given.get("KAFKA_BOOTSTRAP_SERVERS"),
        topic_prefix=given.get("HUSTAR_TOPIC_PREFIX", "hustar"),
    )


@contextmanager
def opened(installation: Installation, settings: Settings) -> Iterator[tuple[list[ServiceRuntime], EventLog]]:
    """The installation's databases and log, to look at from outside."""
    services = [open_service(settings, definition, keyring(settings), ready=False) for definition in definitions()]
    event_log = open_log(settings, read_only=settings.kafka_bootstrap_servers is None)
    try:
        yield services, event_log
    finally:
        event_log.close()
        for service in services:
            service.database.close()


def at_rest(services: list[ServiceRuntime], event_log: EventLog, settings: Settings, *, last_words: Callable[[], str]) -> None:
    """Wait until nothing is under way any more."""
    result = reconcile(services, event_log, prefix=settings.topic_prefix, patience=150, events=False)
    assert not result.waiting, f"{result.waiting}\n{last_words()}"


def assert_everything_is_there(services: list[ServiceRuntime], acknowledged: Acknowledged) -> None:
    for name, table, versions in (
        ("trainees", "enrolment", acknowledged.enrolments),
        ("matching", "placement", acknowledged.placements),
    ):
        with next(s for s in services if s.definition.name == name).database.read() as session:
            held = {
                str(uuid.UUID(str(id_))): version for id_, version in session.execute(text(f"SELECT id, version FROM {table}"))
            }
        lost = {id_: version for id_, version in versions.items() if held.get(id_, 0) < version}
        assert not lost, f"{len(lost)} acknowledged writes of {name} are lost"


def assert_a_full_replay_gives_the_same_rows(services: list[ServiceRuntime], event_log: EventLog, settings: Settings) -> None:
    reporting = next(service for service in services if service.definition.name == "reporting")
    forget = reporting.definition.forget
    assert forget is not None
    with reporting.database.read() as session:
        live, _ = state(session, "reporting")
    built = rebuild(
        reporting.database, event_log, reporting.definition.handlers, name="reporting", topic_prefix=settings.topic_prefix,
        forget=forget, swap=False,
    )  # fmt: skip
    with reporting.database.read() as session:
        assert facts_digest(session, built.generation) == facts_digest(session, live)
    assert built.records > 0
