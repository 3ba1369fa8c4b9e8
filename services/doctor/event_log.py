"""The event log and the issuer: reached, set up as the product needs it, and how far consumers are behind."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final

import httpx

from services.composition.definitions import definitions
from services.composition.runtime import ServiceRuntime, consumer_lag
from services.doctor.findings import Finding, Name, broken, look, well
from shared import clock
from shared.auth.jwks import signing_keys
from shared.db import Database
from shared.errors import N_
from shared.eventlog import open_log, topic_for, topic_specs
from shared.eventlog.port import EventLog, LogUnavailable, TopicSpec
from shared.service import database_url
from shared.settings import Settings

MUCH_LAG: Final = 10_000
_SKEW: Final = timedelta(seconds=2)


def _says_who_is_kept_out(check: Callable[[Settings], Iterator[Finding]]) -> Callable[[Settings], Iterator[Finding]]:
    """What is wrong between us and the brokers is a finding with its own words."""

    def look(settings: Settings) -> Iterator[Finding]:
        try:
            yield from check(settings)
        except LogUnavailable as error:
            from shared.eventlog.kafka.brokers import KEPT_OUT

            if str(error) not in KEPT_OUT:
                raise
            yield broken(str(error), N_("Put that right, here or at the brokers, then run hustar doctor again."))

    return look


@_says_who_is_kept_out
def topics(settings: Settings) -> Iterator[Finding]:
    """The topics there are, against infra/kafka/topics.yaml."""
    event_log = _opened(settings)
    try:
        there = event_log.topics()
        specs = topic_specs(settings)
        if missing := [spec.name for spec in specs if spec.name not in there]:
            yield broken(N_("Topics are missing: {topics}"), N_("Run hustar topics."), topics=", ".join(missing))
        for spec in specs:
            if spec.name in there and there[spec.name] != spec.partitions:
                yield broken(
                    N_("{topic} has {found} partitions, not {wanted}"),
                    N_("Partitions cannot be changed in place: move to a new topic prefix, or put the topic's file right."),
                    topic=spec.name, found=there[spec.name], wanted=spec.partitions,
                )  # fmt: skip
        if not missing:
            yield well(N_("{count} topics are there"), count=len(specs))
        if settings.kafka_bootstrap_servers:
            yield from _cluster(settings, {spec.name: spec for spec in specs if spec.name in there})
        yield from _log_clock(event_log, [spec.name for spec in specs if spec.name in there])
    finally:
        event_log.close()


@_says_who_is_kept_out
def lag(settings: Settings) -> Iterator[Finding]:
    """How many records each consumer has not taken in."""
    event_log = _opened(settings)
    try:
        there = event_log.topics()
        for definition in definitions():
            if not settings.on_postgres and not (settings.data / f"{definition.name}.db").exists():
                continue  # said by its own check; opening it would make it
            database = Database(database_url(settings, definition.name), service=definition.name, at_once=1)
            try:
                wanted = [topic_for(settings.topic_prefix, each) for each in definition.handlers.aggregate_types]
                behind = consumer_lag(
                    ServiceRuntime(definition, database), event_log, topics=[name for name in wanted if name in there]
                )
            finally:
                database.close()
            records = sum(max(0, end - position) for position, end in behind.values())
            if any(position > end for position, end in behind.values()):
                remedy = N_("The log is older than the database: see infra/docs/operations/backup.md.")
                yield broken(N_("{service} has taken in more than the log has"), remedy, service=Name(definition.name))
            elif records > MUCH_LAG:
                remedy = N_("See whether its worker runs; more workers share the partitions.")
                yield look(N_("{service} is {count} records behind"), remedy, service=Name(definition.name), count=records)
            else:
                yield well(N_("{service} is {count} records behind"), service=Name(definition.name), count=records)
    finally:
        event_log.close()


def issuer(settings: Settings) -> Iterator[Finding]:
    """Whether the issuer's keys can be fetched, and one of them is of the kind that tokens are checked with."""
    if settings.oidc_jwks_url is None:
        return
    answer = httpx.get(settings.oidc_jwks_url, timeout=5.0).raise_for_status()
    if signing_keys(answer.json()):
        yield well(N_("The issuer answers"))
    else:
        yield broken(N_("The issuer has no ES256 key"), N_("Let the issuer sign with ES256 (P-256)."))


def _cluster(settings: Settings, specs: Mapping[str, TopicSpec]) -> Iterator[Finding]:
    from shared.eventlog.kafka.brokers import Brokers
    from shared.eventlog.kafka.inspection import inspect

    cluster = inspect(Brokers.of(settings), list(specs))
    if not cluster.is_new_enough:
        yield broken(N_("The brokers are older than Kafka 4"), N_("Upgrade Kafka to 4.0 or newer."))
    wrong = [
        f"{name} {key}={cluster.settings.get(name, {}).get(key)} ({wanted})"
        for name, spec in specs.items()
        for key, wanted in spec.settings.items()
        if cluster.settings.get(name, {}).get(key) != wanted
    ]
    if wrong:
        remedy = N_("Set them with kafka-configs.sh as infra/kafka/topics.yaml says.")
        yield broken(N_("Settings of topics differ: {settings}"), remedy, settings="; ".join(wrong[:10]))
    few = [name for name, spec in specs.items() if cluster.replication.get(name, 0) < spec.replication]
    if few:
        remedy = N_("Add copies with kafka-reassign-partitions.sh.")
        yield broken(N_("Topics with too few copies: {topics}"), remedy, topics=", ".join(few[:10]))
    behind = [name for name in specs if cluster.in_sync.get(name, 0) < cluster.replication.get(name, 0)]
    if behind:
        yield look(N_("Copies are not in sync: {topics}"), N_("See whether every broker runs."), topics=", ".join(behind[:10]))
    if not (wrong or few or behind):
        yield well(N_("{count} brokers, topics as they should be"), count=cluster.brokers)


def _log_clock(event_log: EventLog, names: list[str]) -> Iterator[Finding]:
    """The log stamps each record when it takes it: a newest one from the future shows a clock that differs."""
    tallies = [name for name in names if name.endswith(".tally.v1")]
    for partition, end in event_log.end_offsets(tallies).items():
        for record in event_log.read(partition, end - 1) if end else ():
            if record.timestamp - clock.now() > _SKEW:
                seconds = round((record.timestamp - clock.now()).total_seconds(), 1)
                remedy = N_("Let NTP set the clocks of both machines.")
                yield broken(N_("The log's clock is {seconds} seconds ahead"), remedy, seconds=seconds)
                return


def _opened(settings: Settings) -> EventLog:
    return open_log(settings, read_only=settings.kafka_bootstrap_servers is None)
