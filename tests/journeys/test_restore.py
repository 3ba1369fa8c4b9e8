"""The restore drill: back up while running, write on, put back; nothing acknowledged before is missing, nothing is told twice."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.local import KafkaServer
from services.backup.log_records import RECORDS, Sink
from services.backup.manifest import BackupUnusable
from services.cli.app import app
from services.composition.metrics import pipeline_metrics
from services.reconciliation.report import reconcile
from shared.eventlog import open_log, topic_specs
from shared.eventlog.kafka.brokers import Brokers
from shared.eventlog.kafka.restoring import Restorer
from shared.settings import Settings
from tests.engines import delete_topics
from tests.journeys.test_from_roster_to_figure import ROSTER, a_cohort, an_open_position, through_training
from tests.journeys.test_operating import environment, hustar
from tests.journeys.world import World, running

__all__ = ["environment"]
pytestmark = pytest.mark.slow


def refused(*arguments: str) -> str:
    """Run a command that must not succeed and return what it said."""
    result = CliRunner().invoke(app, [*arguments])
    assert result.exit_code == 1, result.output
    return result.output


def completed(world: World, enrolment: Any) -> Any:
    return world.manager.move("/enrolments", through_training(world, enrolment), "completed", "2026-10-30")


def agrees(world: World) -> list[Any]:
    assert world.runtime.event_log is not None
    result = reconcile(world.runtime.services, world.runtime.event_log, prefix=world.runtime.settings.topic_prefix)
    assert not result.waiting
    return result.findings


def test_a_restored_installation_has_what_was_acknowledged_and_issues_no_version_twice(
    environment: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    backups = tmp_path / "backups"
    with running(environment) as world:
        university, cohort = a_cohort(world)
        knu = world.as_("university-knu")
        knu.upload(f"/universities/{university['id']}/roster-syncs", ROSTER.encode(), cohort_id=cohort["id"])
        first, second, third = world.manager.get("/enrolments", cohort_id=cohort["id"])["items"]
        completed(world, first)
        an_open_position(world, seats=2)
        world.drain()
        made = hustar("backup", "--to", str(backups))
        assert hustar("verify-backup", made["backup"])["sound"]
        # What follows is not in the backup.
        completed(world, second)
        gone = world.manager.move("/enrolments", third, "rejected", "2026-02-01", reason="not_eligible")
        world.manager.post(f"/persons/{gone['person_id']}/erasure", {"ground": "request"}, expect=200)
        world.drain()
        assert world.value("talents_trained")["value"] == 2
        told = refused("restore", made["backup"], "--replace")
        assert "is held by process" in told or "the installation is running" in told

    assert "--replace" in refused("restore", made["backup"])
    embedded = environment.postgres_url is None
    alone = ["--service", "trainees"] if embedded else []
    restored = hustar("restore", made["backup"], "--replace", *alone)
    assert restored["lost"]["trainees"] > 5
    assert not restored["with_log"], "a log that has everything is left alone"
    assert restored["erased_again"] == 1, "who was erased after the backup does not come back"
    lost = hustar("recover", "show", "trainees")
    assert {"kr.hustar.trainees.enrolment.completed.v1", "kr.hustar.trainees.person.erased.v1"} <= {row["event"] for row in lost}

    with running(environment) as world, pipeline_metrics(world.runtime):
        told = world.http.get("/metrics").text
        assert f'hustar_lost_events_open{{service="trainees"}} {float(restored["lost"]["trainees"])}' in told
        names = {"name_ko": "영남대학교", "name_en": "Yeungnam University"}
        body = {"code": "ynu", "region": "47", **names}
        assert world.manager.post("/universities", body, expect=503)["code"] == "behind_log"
        stages = [each["stage"] for each in world.manager.get("/enrolments", cohort_id=cohort["id"])["items"]]
        assert sorted(stages) == ["applied", "applied", "completed"], "every write until the backup, and none after it"
        assert world.http.get("/readyz").status_code == 503
        examined = {(row["check"], row["state"]): row for row in hustar("doctor", "--patience", "60", code=2)}
        assert "hustar recover" in examined["database-trainees", "broken"]["remedy_ko"], examined

    for service in restored["restored"]:
        if restored["lost"][service]:
            hustar("recover", "accept", service)
    with running(environment) as world:
        world.drain()
        again = next(e for e in world.manager.get("/enrolments", cohort_id=cohort["id"])["items"] if e["id"] == second["id"])
        completed(world, again)
        world.drain()
    assert hustar("replay", "run", "reporting")["swapped"]
    with running(environment) as world:
        world.drain()
        assert world.value("talents_trained")["value"] == 2
        assert agrees(world) == []
        last = hustar("backup", "--to", str(backups))["backup"]
    if not embedded:
        the_cluster_is_lost_and_comes_back(environment, request.getfixturevalue("kafka"), last)


def the_cluster_is_lost_and_comes_back(settings: Settings, kafka: KafkaServer, backup: str) -> None:
    """With all that it held; databases are put back, records with them, each where it was."""
    with closing(open_log(settings)) as log:
        ends = log.end_offsets([spec.name for spec in topic_specs(settings)])
        some = next(at for at, end in ends.items() if end > 1)
        first = log.read(some, 0, max_records=1)
    delete_topics(kafka, prefix=settings.topic_prefix)
    with closing(open_log(settings)) as log, Restorer(Brokers.of(settings)) as restorer:
        log.create_topics(topic_specs(settings))
        restorer.write(some, [replace(first[0], value=b"of somebody else")])
        with pytest.raises(BackupUnusable, match="other records than the backup"):
            Sink(log, restorer.write).put_back(Path(backup) / RECORDS, ends)
    delete_topics(kafka, prefix=some.topic)
    with closing(open_log(settings)) as log, Restorer(Brokers.of(settings)) as restorer:
        log.create_topics(topic_specs(settings))
        # A restore that was killed had put something back already: it is done again.
        restorer.write(some, first)
        assert hustar("restore", backup, "--replace")["with_log"]
        assert log.end_offsets([spec.name for spec in topic_specs(settings)]) == ends
    assert hustar("replay", "run", "reporting")["swapped"]
    with running(settings) as world:
        world.drain()
        assert world.value("talents_trained")["value"] == 2
        assert agrees(world) == []


def test_a_backup_that_is_damaged_or_of_a_newer_release_is_refused_and_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUSTAR_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("HUSTAR_BACKUPS", str(tmp_path / "backups"))
    for name in ("POSTGRES_URL", "KAFKA_BOOTSTRAP_SERVERS"):
        monkeypatch.delenv(name, raising=False)
    hustar("migrate")
    hustar("topics")
    (tmp_path / "var" / "secret").write_text("for-tests-only-" * 3)
    made = Path(hustar("backup")["backup"])
    assert oct(made.stat().st_mode)[-3:] == "700"
    assert not (made / "secret").exists()
    manifest = json.loads((made / "manifest.json").read_text())

    before = sorted(path.name for path in (tmp_path / "var").iterdir())
    (made / "manifest.json").write_text(json.dumps(manifest | {"format": 2}))
    assert "format 2" in refused("restore", str(made), "--replace")
    (made / "manifest.json").write_text(json.dumps(manifest))
    content = (made / "matching.db").read_bytes()
    (made / "matching.db").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert "checksum" in refused("verify-backup", str(made))
    assert "checksum" in refused("restore", str(made), "--replace")
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == before
    (made / "matching.db").write_bytes(content)

    (tmp_path / "var" / "restoring.json").write_text(json.dumps({"names": [], "aside": "before-restore-x"}))
    assert "interrupted" in refused("dead-letters", "redrive", "reporting")
    assert hustar("restore", str(made), "--replace")["with_log"]
    (tmp_path / "var" / "secret").unlink()
    assert "sealed with a secret" in refused("restore", str(made), "--replace")
    assert list((tmp_path / "backups").iterdir()) == [made]
