"""The chart, rendered by Helm and held against Kubernetes' schemas, without a cluster and without a network."""

import json
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft7Validator
from jsonschema.validators import validator_for

from services.composition.definitions import definitions
from shared.settings import SERVICES, Settings
from tests.infra.chart import CHART, EVERYTHING, NEEDED, Thing, full, helm, minimal, of_kind, pods
from tests.infra.promql import alerts

SCHEMAS: Final = Path("tests/infra/kubernetes_schemas")


def problems(thing: Thing, version: str) -> list[str]:
    key = f"{thing['apiVersion']} {thing['kind']}"
    for file in (f"kubernetes-{version}.json", "extensions.json"):
        document = json.loads((SCHEMAS / file).read_text("utf-8"))
        if key in document["kinds"]:
            schema = {**document["kinds"][key], "$defs": document.get("$defs", {})}
            checker = validator_for(schema, default=Draft7Validator)(schema)
            return [f"{key} {error.json_path}: {error.message[:200]}" for error in checker.iter_errors(thing)]
    return [f"{key}: no schema"]


@pytest.mark.unhurried
@pytest.mark.parametrize("version", ["1.30", "1.37"])
@pytest.mark.parametrize("what", ["minimal", "full"])
def test_everything_fits_kubernetes_schemas(version: str, what: str) -> None:
    things = full() if what == "full" else minimal()
    assert [problem for thing in things for problem in problems(thing, version)] == []


@pytest.mark.unhurried
def test_what_does_not_fit_is_found() -> None:
    deployment = json.loads(json.dumps(of_kind("Deployment", minimal())["hustar-trainees-api"]))
    deployment["spec"]["template"]["spec"]["containers"][0]["securityContexts"] = {}
    del deployment["spec"]["selector"]
    assert len(problems(deployment, "1.37")) == 2
    scaled = json.loads(json.dumps(of_kind("ScaledObject", minimal())["hustar-trainees-worker"]))
    scaled["spec"]["minReplicas"] = 1
    assert problems(scaled, "1.30")


@pytest.mark.unhurried
def test_helm_has_nothing_to_say_against_it() -> None:
    done = helm("lint", "--strict", str(CHART), "--values", EVERYTHING)
    assert done.returncode == 0, done.stdout


def test_each_service_has_an_api_and_workers() -> None:
    things = full()
    names = {f"hustar-{service}-{part}" for service in SERVICES for part in ("api", "worker")}
    for kind in ("Deployment", "Service", "PodDisruptionBudget"):
        assert of_kind(kind, things).keys() == names, kind
    assert of_kind("HorizontalPodAutoscaler", things).keys() == {name for name in names if name.endswith("-api")}
    for name, thing in of_kind("Deployment", things).items():
        container = thing["spec"]["template"]["spec"]["containers"][0]
        service, part = name.removeprefix("hustar-").split("-")
        assert container["args"] == [service, "--role", part]
        probes = [container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")]
        assert probes == ["/startupz", "/livez", "/readyz"]
        assert thing["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > 30
        assert "replicas" not in thing["spec"], "the scaler decides, not the next upgrade"


def test_pods_may_do_nothing_that_they_need_not() -> None:
    for name, pod in pods(full()):
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["securityContext"]["runAsNonRoot"]
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["securityContext"]["runAsUser"] == 10001
        assert spec["priorityClassName"] == "hustar"
        assert spec["tolerations"]
        assert spec["imagePullSecrets"]
        (container,) = spec["containers"]
        security = container["securityContext"]
        assert (security["allowPrivilegeEscalation"], security["readOnlyRootFilesystem"]) == (False, True)
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["requests"].keys() >= {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]
        assert "@sha256:" in container["image"]
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
        allowed = {"name", "emptyDir", "secret", *(["persistentVolumeClaim"] if name == "hustar-backup" else [])}
        assert all(set(volume) <= allowed for volume in spec["volumes"])


def test_every_setting_is_one_and_no_secret_is_in_the_environment() -> None:
    known = {alias for field in Settings.model_fields.values() for alias in field.validation_alias.choices}  # type: ignore[union-attr]
    secret = {
        str(field.validation_alias.choices[0])  # type: ignore[union-attr]
        for field in Settings.model_fields.values()
        if "SecretStr" in str(field.annotation)
    }
    for name, pod in pods(full()):
        given = {each["name"]: each["value"] for each in pod["spec"]["containers"][0]["env"]}
        assert {each.removesuffix("_FILE") for each in given} <= known, name
        assert not given.keys() & secret
        mounts = {mount["mountPath"] for mount in pod["spec"]["containers"][0]["volumeMounts"]}
        for file in (value for setting, value in given.items() if setting.endswith("_FILE")):
            assert str(Path(file).parent) in mounts
        databases = {each for each in given if each.startswith("POSTGRES_URL_")}
        assert len(databases) == (1 if name.count("-") == 2 else len(SERVICES)), "a service knows its own database only"


def test_at_least_one_worker_always_runs_and_no_more_than_partitions() -> None:
    scaled = of_kind("ScaledObject", full())
    assert scaled.keys() == {f"hustar-{service}-worker" for service in SERVICES}
    for name, thing in scaled.items():
        spec = thing["spec"]
        assert spec["minReplicaCount"] >= 1
        assert spec["maxReplicaCount"] <= 6
        assert spec["scaleTargetRef"]["name"] == name
        (trigger,) = spec["triggers"]
        assert trigger["type"] == "kafka"
        assert trigger["metadata"]["consumerGroup"] == f"hustar.{name.split('-')[1]}"


def test_schemas_and_topics_come_before_pods() -> None:
    jobs = of_kind("Job", full())
    assert jobs.keys() == {"hustar-migrate", "hustar-topics"}
    weights = {name: int(job["metadata"]["annotations"]["helm.sh/hook-weight"]) for name, job in jobs.items()}
    assert all(job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade" for job in jobs.values())
    secrets = of_kind("ExternalSecret", full()).values()
    assert max(int(each["metadata"]["annotations"]["helm.sh/hook-weight"]) for each in secrets) < min(weights.values())
    made = {each["spec"]["target"]["name"] for each in secrets}
    used = {v["secret"]["secretName"] for _, pod in pods(full()) for v in pod["spec"]["volumes"] if "secret" in v}
    assert made == used


def test_every_path_of_a_service_leads_to_it() -> None:
    (ingress,) = of_kind("Ingress", full()).values()
    rule = ingress["spec"]["rules"][0]
    assert rule["host"] == "hustar.example.org"
    to = {path["path"]: path["backend"]["service"]["name"].split("-")[1] for path in rule["http"]["paths"]}
    (route,) = of_kind("HTTPRoute", full()).values()
    by_gateway = {
        match["path"]["value"]: each["backendRefs"][0]["name"].split("-")[1]
        for each in route["spec"]["rules"]
        for match in each["matches"]
    }
    assert by_gateway == to
    for definition in definitions():
        for prefix in definition.prefixes:
            longest = max((path for path in to if prefix == path or prefix.startswith(path.rstrip("/") + "/")), key=len)
            assert to[longest] == definition.name, prefix


def test_prometheus_finds_what_alerts_ask_for() -> None:
    things = full()
    (rule,) = of_kind("PrometheusRule", things).values()
    assert {each["alert"] for group in rule["spec"]["groups"] for each in group["rules"] if "alert" in each} == alerts().keys()
    (monitor,) = of_kind("ServiceMonitor", things).values()
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    services = of_kind("Service", things).values()
    assert all(wanted <= service["metadata"]["labels"].items() for service in services)
    jobs = {service["metadata"]["labels"][monitor["spec"]["jobLabel"]] for service in services}
    assert jobs == {"hustar-api", "hustar-worker"}


def test_selectors_find_their_own_pods_and_no_others() -> None:
    things = full()
    labels = {name: pod["metadata"]["labels"] for name, pod in pods(things)}
    for kind, path in (("Deployment", "matchLabels"), ("Service", ""), ("PodDisruptionBudget", "matchLabels")):
        for name, thing in of_kind(kind, things).items():
            wanted = thing["spec"]["selector"]
            wanted = wanted[path] if path else wanted
            assert [pod for pod, has in labels.items() if wanted.items() <= has.items()] == [name], kind
    for thing in things:
        assert thing["metadata"]["labels"].keys() >= {"app.kubernetes.io/name", "app.kubernetes.io/instance"}


def test_only_what_moves_events_may_talk_to_the_brokers() -> None:
    things = full()
    policies = of_kind("NetworkPolicy", things)
    everything = policies["hustar"]["spec"]
    assert everything["policyTypes"] == ["Ingress", "Egress"]
    assert 9092 not in _ports(everything["egress"])
    brokers = policies["hustar-to-kafka"]["spec"]
    assert _ports(brokers["egress"]) == {9092}
    (chosen,) = brokers["podSelector"]["matchExpressions"]
    parts = {pod["metadata"]["labels"]["app.kubernetes.io/component"] for _, pod in pods(things)}
    assert set(chosen["values"]) == {part for part in parts if part.endswith(("-worker", "-topics", "-backup"))}


def test_values_that_cannot_work_are_refused_by_name() -> None:
    wrong = {
        "publicUrl=http://hustar.example.org": "publicUrl: Does not match pattern",
        "image.tag=latest": "image.tag: Must not validate",
        "worker.scaling.minReplicaCount=0": "worker.scaling.minReplicaCount: Must be greater than or equal to 1",
        "kafka.bootstrapServers=kafka": "kafka.bootstrapServers: Does not match pattern",
        "kafka.securityProtocol=SASL_SSL": "kafka.username: String length must be greater than or equal to 1",
        "kafka.serviceUsers=hustar": "kafka.serviceUsers: Does not match pattern",
        "backup.schedule=hourly": "backup.schedule: Does not match pattern",
        "backup.keep=0": "backup.keep: Must be greater than or equal to 1",
        "kafka.saslMechanism=GSSAPI": "kafka.saslMechanism: kafka.saslMechanism must be one of the following",
        "oidc.issuer=": "oidc.issuer: Does not match pattern",
        "services.trainees.replicas=3": "services.trainees: Additional property replicas is not allowed",
        "settings.extra.HUSTAR_SECRET=x": 'settings.extra: Property name of "HUSTAR_SECRET" does not match',
        "settings.extra.HUSTAR_DEMO=1": "settings.extra.HUSTAR_DEMO: Invalid type. Expected: string, given: integer",
        "secrets.external.enabled=true": "secrets.external.store.name: String length must be greater than or equal to 1",
        "gateway.enabled=true": "gateway.name: String length must be greater than or equal to 1",
        "workers.replicas=3": "Additional property workers is not allowed",
        "tracing.share=2": "tracing.share: Must be less than or equal to 1",
        "networkPolicy.kafka.cidr=everywhere": "networkPolicy.kafka.cidr: Does not match pattern",
    }
    done = helm("template", "hustar", str(CHART), *[part for each in (*NEEDED, *wrong) for part in ("--set", each)])
    assert done.returncode != 0
    assert "values don't meet the specifications of the schema" in done.stderr
    assert [said for said in wrong.values() if said not in done.stderr] == [], done.stderr


def test_what_must_be_said_is_asked_for() -> None:
    done = helm("template", "hustar", str(CHART))
    assert done.returncode != 0
    for name in ("image.repository", "publicUrl", "kafka.bootstrapServers", "oidc.issuer", "oidc.jwksUrl"):
        assert name in done.stderr


def _ports(rules: list[Thing]) -> set[int]:
    return {port["port"] for rule in rules for port in rule["ports"]}
