"""The chart's backups by the clock: the command that is run by hand, onto a volume that outlives the release."""

import pytest

from tests.infra.chart import full, minimal, of_kind, pods


@pytest.mark.unhurried
def test_a_backup_is_made_by_the_clock_where_it_is_wanted() -> None:
    things = full()
    (job,) = of_kind("CronJob", things).values()
    assert (job["spec"]["schedule"], job["spec"]["timeZone"], job["spec"]["concurrencyPolicy"]) == (
        "17 * * * *",
        "Etc/UTC",
        "Forbid",
    )
    pod = dict(pods(things))["hustar-backup"]["spec"]
    (container,) = pod["containers"]
    assert container["command"] == ["hustar", "backup", "--to", "/backups", "--keep", "72"]
    (claim,) = of_kind("PersistentVolumeClaim", things).values()
    assert claim["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert claim["spec"]["resources"] == {"requests": {"storage": "200Gi"}}
    (volume,) = (each for each in pod["volumes"] if "persistentVolumeClaim" in each)
    assert volume["persistentVolumeClaim"] == {"claimName": claim["metadata"]["name"]}
    assert {"name": volume["name"], "mountPath": "/backups"} in container["volumeMounts"]
    assert not of_kind("CronJob", minimal())
    assert not of_kind("PersistentVolumeClaim", minimal())


def test_a_volume_that_is_there_is_taken_and_none_is_made() -> None:
    things = minimal("backup.enabled=true", "backup.existingClaim=bucket", "backup.withoutLog=true", "backup.schedule=@daily")
    pod = dict(pods(things))["hustar-backup"]["spec"]
    assert [each["persistentVolumeClaim"] for each in pod["volumes"] if "persistentVolumeClaim" in each] == [
        {"claimName": "bucket"}
    ]
    assert pod["containers"][0]["command"][-1] == "--without-log"
    assert not of_kind("PersistentVolumeClaim", things)
