"""The file of topics says what the architecture asks for."""

from importlib import import_module
from pathlib import Path

import pytest

from shared.eventlog.topics import topic_for, topic_specs
from shared.events.contract import Event, registry
from shared.settings import SERVICES, Settings, load_settings

TOPICS = {
    "trainees.university": 3,
    "trainees.program": 3,
    "trainees.cohort": 3,
    "trainees.person": 6,
    "trainees.enrolment": 6,
    "trainees.roster_sync": 3,
    "trainees.tally": 1,
    "employers.company": 3,
    "employers.agreement": 3,
    "employers.position": 6,
    "employers.seat": 6,
    "employers.pledge": 3,
    "employers.demand": 3,
    "employers.skill": 3,
    "employers.tally": 1,
    "matching.candidate": 3,
    "matching.follow_up": 3,
    "matching.mismatch": 3,
    "matching.placement": 6,
    "matching.round": 3,
    "matching.tally": 1,
    "reporting.plan": 3,
    "reporting.observation": 3,
    "reporting.period": 3,
    "reporting.project": 3,
    "reporting.alert": 3,
    "reporting.alert_rule": 3,
    "reporting.alert_recipient": 3,
    "reporting.saved_view": 3,
    "reporting.share_link": 3,
    "reporting.closing": 3,
    "reporting.report_schedule": 3,
    "reporting.annotation": 3,
}


@pytest.fixture
def development(tmp_path: Path) -> Settings:
    return load_settings(data=tmp_path, topic_prefix="hustar")


@pytest.fixture
def production(tmp_path: Path) -> Settings:
    return load_settings(
        data=tmp_path,
        environment="production",
        postgres_url="postgresql://server",
        kafka_bootstrap_servers="broker:9092",
        oidc_issuer="https://issuer",
        oidc_jwks_url="https://issuer/keys",
        secret="s" * 32,
        topic_prefix="live",
    )


def test_a_topic_is_named_after_its_aggregate() -> None:
    assert topic_for("hustar", "trainees.enrolment") == "hustar.trainees.enrolment.v1"


def test_there_is_one_topic_per_aggregate(development: Settings) -> None:
    specs = {spec.name: spec.partitions for spec in topic_specs(development)}
    assert specs == {f"hustar.{name}.v1": partitions for name, partitions in TOPICS.items()}


def test_events_are_kept_for_ever_in_every_environment(development: Settings, production: Settings) -> None:
    for spec in topic_specs(development) + topic_specs(production):
        assert spec.settings["retention.ms"] == "-1"
        assert spec.settings["retention.bytes"] == "-1"
        assert spec.settings["cleanup.policy"] == "delete"
        assert spec.settings["unclean.leader.election.enable"] == "false"


def test_production_keeps_three_copies_of_which_two_must_be_written(production: Settings) -> None:
    for spec in topic_specs(production):
        assert spec.name.startswith("live.")
        assert spec.replication == 3
        assert spec.settings["min.insync.replicas"] == "2"


def test_one_broker_is_enough_for_development(development: Settings) -> None:
    for spec in topic_specs(development):
        assert spec.replication == 1
        assert spec.settings["min.insync.replicas"] == "1"


def test_every_event_has_a_topic_to_go_to(development: Settings) -> None:
    for service in SERVICES:
        import_module(f"shared.contracts.{service}")
    named = {spec.name for spec in topic_specs(development)}
    events = registry().values()
    assert {topic_for(development.topic_prefix, event.aggregate_type()) for event in events if _is_ours(event)} <= named


def _is_ours(event: type[Event]) -> bool:
    return event.__module__.startswith("shared.contracts.")


@pytest.mark.parametrize(("brokers", "least"), [(1, "1"), (2, "1"), (3, "2"), (5, "2")])
def test_an_installation_says_how_many_brokers_keep_its_topics(production: Settings, brokers: int, least: str) -> None:
    for spec in topic_specs(production.model_copy(update={"topic_replication": brokers})):
        assert (spec.replication, spec.settings["min.insync.replicas"]) == (brokers, least)
