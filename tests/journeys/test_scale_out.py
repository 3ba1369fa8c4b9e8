"""Several worker processes on Kafka and PostgreSQL: they share the partitions, one takes over from another, nothing is lost."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from services.reconciliation.pipeline import waiting
from services.reconciliation.report import reconcile
from shared.settings import Settings
from tests.chaos.spawner import Spawner
from tests.journeys.test_from_roster_to_figure import a_cohort
from tests.journeys.world import World, running
from tests.waiting import until

pytestmark = pytest.mark.slow
TAKES_OVER = 10.0  # seconds; what the product promises, and many times what it needs
ROWS = 120


def members(settings: Settings, service: str) -> list[Any]:
    """Who holds which partitions of a service's consumer group."""
    from kafka.admin import KafkaAdminClient  # half a second that only tests on Kafka should pay

    admin = KafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    try:
        group = f"{settings.topic_prefix}.{service}"
        return [member["member_assignment"] for member in admin.describe_groups([group])[group]["members"]]
    finally:
        admin.close()


def still(world: World) -> dict[str, int]:
    assert world.runtime.event_log is not None
    return waiting(world.runtime.services, world.runtime.event_log, world.runtime.settings.topic_prefix)


@pytest.mark.parametrize("settings", [pytest.param("production", marks=pytest.mark.engines("postgres", "kafka"))], indirect=True)
def test_workers_share_partitions_and_one_takes_over_from_the_other_within_ten_seconds(
    settings: Settings, tmp_path: Path
) -> None:
    assert settings.postgres_url is not None
    environment = {
        "HUSTAR_DATA": str(settings.data),
        "POSTGRES_URL": settings.postgres_url.get_secret_value(),
        "HUSTAR_DATABASE_PREFIX": settings.database_prefix,
        "KAFKA_BOOTSTRAP_SERVERS": str(settings.kafka_bootstrap_servers),
        "HUSTAR_TOPIC_PREFIX": settings.topic_prefix,
        "LOG_LEVEL": "WARNING",
    }
    spawner = Spawner()
    try:
        with running(settings) as world:
            first = spawner.start(["--role", "worker"], environment=environment, log=tmp_path / "first.log")
            university, cohort = a_cohort(world)
            # Once something has left, the first worker holds every relay's lock.
            until(lambda: not still(world), what="all events are at rest")
            second = spawner.start(["--role", "worker"], environment=environment, log=tmp_path / "second.log")
            until(lambda: sum(bool(_partitions(each)) for each in members(settings, "reporting")) == 2, what="both hold some")
            head = "student_no,name,birth_date,phone,email,applied_on\n"
            rows = "".join(f"S{n:04},사람{n}(가상),1999-01-02,010-0000-{n:04},,2026-01-10\n" for n in range(ROWS))
            path = f"/universities/{university['id']}/roster-syncs"
            world.as_("university-knu").upload(path, (head + rows).encode(), cohort_id=cohort["id"])
            until(lambda: not still(world), what="all events are at rest")

            os.kill(first, signal.SIGKILL)
            names = {"name_ko": "영남대학교", "name_en": "Yeungnam University"}
            world.manager.post("/universities", {"code": "ynu", "region": "47", **names})
            took = until(lambda: "trainees outbox" not in still(world), what="the relay is taken over")
            assert took < TAKES_OVER
            until(lambda: not still(world), what="all events are at rest")
            assert spawner.is_alive(second)
            assert world.runtime.event_log is not None
            result = reconcile(world.runtime.services, world.runtime.event_log, prefix=settings.topic_prefix)
            assert (result.waiting, result.findings) == ({}, [])
            assert result.aggregates > ROWS * 2
    finally:
        spawner.close()


def _partitions(assignment: Any) -> list[Any]:
    found = assignment.get("assigned_partitions", []) if isinstance(assignment, dict) else []
    return [number for topic in found for number in topic.get("partitions", [])]
