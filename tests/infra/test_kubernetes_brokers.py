"""Who the chart's pods are to the brokers: one user for all, or one for each service, by password or by certificate."""

import pytest

from shared.settings import SERVICES
from tests.infra.chart import Thing, full, minimal, of_kind, pods


def environment(pod: Thing) -> dict[str, str]:
    return {each["name"]: each["value"] for each in pod["spec"]["containers"][0]["env"]}


def secret_of(pod: Thing) -> str:
    (volume,) = (each for each in pod["spec"]["volumes"] if each["name"] == "kafka")
    return str(volume["secret"]["secretName"])


def asked_for(things: tuple[Thing, ...]) -> dict[str, dict[str, tuple[str, str]]]:
    """By the name of each TriggerAuthentication the secret and its key for every parameter."""
    return {
        name: {each["parameter"]: (each["name"], each["key"]) for each in thing["spec"]["secretTargetRef"]}
        for name, thing in of_kind("TriggerAuthentication", things).items()
    }


def references(things: tuple[Thing, ...]) -> dict[str, str]:
    scaled = of_kind("ScaledObject", things)
    return {name: thing["spec"]["triggers"][0]["authenticationRef"]["name"] for name, thing in scaled.items()}


def test_each_service_signs_in_as_itself_and_who_makes_topics_grants_it() -> None:
    things = full()
    for name, pod in pods(things):
        service = name.split("-")[1] if name.split("-")[1] in SERVICES else None
        given = environment(pod)
        assert given["KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL", name
        assert given["KAFKA_SASL_USERNAME"] == (f"hustar-{service}" if service else "hustar")
        assert given["KAFKA_SASL_MECHANISM"] == "SCRAM-SHA-512"
        assert (given["KAFKA_SASL_PASSWORD_FILE"], given["KAFKA_SSL_CAFILE"]) == (
            "/secrets/kafka/password",
            "/secrets/kafka/ca.crt",
        )
        assert secret_of(pod) == (f"hustar-kafka-{service}" if service else "hustar-kafka")
    assert asked_for(things) == {
        f"hustar-kafka-{service}": {
            key: (f"hustar-kafka-{service}", "ca.crt" if key == "ca" else key) for key in ("username", "password", "ca")
        }
        for service in SERVICES
    }
    assert references(things) == {f"hustar-{service}-worker": f"hustar-kafka-{service}" for service in SERVICES}
    for scaled in of_kind("ScaledObject", things).values():
        assert (scaled["spec"]["triggers"][0]["metadata"]["tls"], scaled["spec"]["triggers"][0]["metadata"]["sasl"]) == (
            "enable",
            "scram_sha512",
        )
    topics = dict(pods(things))["hustar-topics"]["spec"]["containers"][0]
    assert topics["command"] == ["hustar", "topics", "--users", "hustar-{service}"]


def test_one_user_for_all_has_one_secret() -> None:
    things = minimal("kafka.securityProtocol=SASL_SSL", "kafka.username=hustar")
    assert {(environment(pod)["KAFKA_SASL_USERNAME"], secret_of(pod)) for _, pod in pods(things)} == {("hustar", "hustar-kafka")}
    assert asked_for(things) == {"hustar-kafka": {key: ("hustar-kafka", key) for key in ("username", "password")}}
    assert set(references(things).values()) == {"hustar-kafka"}
    assert dict(pods(things))["hustar-topics"]["spec"]["containers"][0]["command"] == ["hustar", "topics"]
    assert not of_kind("TriggerAuthentication", minimal())
    assert not any("kafka" in str(volume) for _, pod in pods(minimal()) for volume in pod["spec"]["volumes"])


@pytest.mark.parametrize("service", SERVICES)
def test_by_certificate_there_is_no_password_anywhere(service: str) -> None:
    things = minimal("kafka.securityProtocol=SSL", "kafka.clientCertificate=true", r"kafka.serviceUsers=hustar-{service\}")
    pod = dict(pods(things))[f"hustar-{service}-worker"]
    given = environment(pod)
    assert (given["KAFKA_SSL_CERTFILE"], given["KAFKA_SSL_KEYFILE"]) == ("/secrets/kafka/tls.crt", "/secrets/kafka/tls.key")
    assert not [name for name in given if "SASL" in name]
    assert secret_of(pod) == f"hustar-kafka-{service}"
    secret = f"hustar-kafka-{service}"
    assert asked_for(things)[secret] == {"cert": (secret, "tls.crt"), "key": (secret, "tls.key")}
