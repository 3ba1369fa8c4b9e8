"""docker-compose.yml keeps its promises: pinned, confined, healthy in order, bound to this machine, and true to the code."""

import json
import re
from itertools import product
from pathlib import Path

import pytest

from services.composition.definitions import definitions
from shared.auth.actor import Role
from shared.settings import SERVICES, Settings
from tests.infra.compose_file import MUST_BE_SAID, ROOT, TEXT, USED, document, ours, services, variables

SETTINGS = {str(field.validation_alias.choices[0]): field for field in Settings.model_fields.values()}  # type: ignore[union-attr]
NAMES = sorted(services())
PIN = re.compile(r"[a-z0-9.-]+\.[a-z]+/[a-z0-9/-]+:[A-Za-z0-9.-]+@sha256:[0-9a-f]{64}")
REALM = json.loads((ROOT / "infra/identity/realm.json").read_text(encoding="utf-8"))


def test_every_variable_is_in_the_file_of_defaults_or_must_be_said() -> None:
    used = dict(USED.findall(TEXT))
    assert set(used) - set(variables()) == MUST_BE_SAID
    assert all(f"${{{name}:?" in TEXT for name in MUST_BE_SAID)
    built = set(re.findall(r"\$\{([A-Z_]+)\}", (ROOT / "infra/Dockerfile").read_text()))
    assert set(variables()) <= set(used) | built, "a default that nobody reads"
    names = re.findall(r"^([A-Z_]+)=", (ROOT / ".env").read_text(), re.MULTILINE)
    assert sorted(names) == sorted(variables()), "a default that is said twice"


def test_images_are_pinned_by_tag_and_digest() -> None:
    made_here = {"HUSTAR_IMAGE", "HUSTAR_IDENTITY_IMAGE"}
    images = {name: value for name, value in variables().items() if name.endswith("_IMAGE") and name not in made_here}
    assert [name for name, value in images.items() if not PIN.fullmatch(value)] == []
    assert {each["image"] for each in services().values()} <= set(variables().values())


@pytest.mark.parametrize("name", NAMES)
def test_a_service_is_confined(name: str) -> None:
    service = services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) in ([], ["NET_BIND_SERVICE"])
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service["user"].startswith(("0", "root"))
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["pids_limit"] <= 512
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert "privileged" not in service
    assert service["healthcheck"].get("test") or service["healthcheck"]["disable"]
    assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "env_file" not in service


def test_what_must_be_there_before_is_waited_for() -> None:
    for name, service in services().items():
        for needed, how in dict.fromkeys(service["depends_on"]).items() if isinstance(service.get("depends_on"), list) else []:
            assert "profiles" in service, (name, needed, how)
        if isinstance(service.get("depends_on"), dict):
            for needed, how in service["depends_on"].items():
                once = services()[needed]["restart"] == "no"
                assert how["condition"] == ("service_completed_successfully" if once else "service_healthy"), (name, needed)
    for service_name, role in product(SERVICES, ("api", "worker")):
        part = services()[f"{service_name}-{role}"]
        assert part["command"] == [service_name, "--role", role]
        assert {"postgres", "migrate"} <= set(part["depends_on"])
        assert part["stop_grace_period"] == "30s"
    assert {"kafka", "topics"} <= set(services()["reporting-worker"]["depends_on"])


def test_what_the_product_is_told_is_what_it_knows() -> None:
    for name, service in ours().items():
        for variable, value in service["environment"].items():
            plain = variable.removesuffix("_FILE")
            assert plain in SETTINGS, (name, variable)
            if variable.endswith("_FILE"):
                assert str(value).removeprefix("/run/secrets/") in service["secrets"], (name, variable)
            else:
                assert "SecretStr" not in str(SETTINGS[plain].annotation), f"{name}: {variable} belongs in a file"


def test_a_service_holds_the_passwords_of_its_own_users_only() -> None:
    for service_name, role in product(SERVICES, ("api", "worker")):
        held = {secret for secret in services()[f"{service_name}-{role}"]["secrets"] if secret.startswith("postgres_")}
        assert held == {f"postgres_url_{service_name}"}
        part = services()[f"{service_name}-{role}"]
        assert {each for each in part["secrets"] if each.startswith("kafka_")} == {f"kafka_password_{service_name}", "kafka_ca"}
        assert part["environment"]["KAFKA_SASL_USERNAME"] == f"hustar-{service_name}"
    script = (ROOT / "infra/compose/secrets.sh").read_text()
    for secret, where in document()["secrets"].items():
        assert where["file"].endswith(f"/{secret}")
        stem = re.sub(r"_(trainees|employers|matching|reporting|identity)$", "", secret)
        assert stem in script, f"secrets.sh does not make {secret}"


def test_only_the_gateway_is_reached_from_outside() -> None:
    assert [name for name, each in services().items() if each.get("ports") and "profiles" not in each] == ["gateway"]
    address = services()["gateway"]["networks"]["front"]["ipv4_address"]
    assert {each["environment"]["HUSTAR_TRUSTED_PROXIES"] for each in ours().values()} == {address}
    assert services()["identity"]["environment"]["KC_PROXY_TRUSTED_ADDRESSES"] == address


def test_the_gateway_sends_each_path_to_whom_it_belongs() -> None:
    caddyfile = (ROOT / "infra/gateway/Caddyfile").read_text()
    for definition in definitions():
        if definition.name == "reporting":
            continue  # what is nobody else's
        found = re.search(rf"^\t@{definition.name} path (.*)$", caddyfile, re.MULTILINE)
        assert found, definition.name
        assert found[1].split() == [path for prefix in definition.prefixes for path in (prefix, f"{prefix}/*")]
        assert re.search(rf"handle @{definition.name} \{{\s+import to_service {definition.name}-api", caddyfile)
    assert caddyfile.rstrip().endswith("handle {\n\t\timport to_service reporting-api\n\t}\n}")


def test_mounted_files_are_there() -> None:
    for name, service in services().items():
        for volume in service.get("volumes", []):
            source = str(volume).split(":", 1)[0]
            if source.startswith("./"):
                assert (ROOT / source).exists(), (name, source)


def test_the_image_installs_what_the_lock_names() -> None:
    pins = re.compile(r"^([a-z0-9._-]+(?:\[[a-z0-9,]+\])?==[^\s;]+)", re.MULTILINE)
    known = set(pins.findall((ROOT / "requirements.lock").read_text()))
    for name in ("requirements.lock", "build.lock"):
        text = (ROOT / "infra/image" / name).read_text()
        assert set(pins.findall(text)) <= known, f"infra/image/{name}: run make lock"
        assert text.count("--hash=sha256:") >= text.count("==")
    dockerfile = (ROOT / "infra/Dockerfile").read_text()
    assert dockerfile.count("--require-hashes") == 2
    for name in ("PYTHON_IMAGE", "POSTGRES_IMAGE"):  # the one of pg_dump is the one of the server
        assert f"ARG {name}={variables()[name].partition('@')[0]}" in dockerfile
        assert services()["migrate"]["build"]["args"][name] == variables()[name]
    assert "USER 10001:10001" in dockerfile


def test_the_realm_gives_the_tokens_that_the_product_asks_for() -> None:
    assert REALM["defaultSignatureAlgorithm"] == "ES256"
    assert {role["name"] for role in REALM["roles"]["realm"]} == {role.value for role in Role}
    (scope,) = [scope for scope in REALM["clientScopes"] if scope["name"] == "hustar"]
    mappers = {mapper["name"]: mapper["config"] for mapper in scope["protocolMappers"]}
    assert mappers["audience"]["included.custom.audience"] == Settings.model_fields["audience"].default
    assert {mappers[name]["claim.name"] for name in ("roles", "organisation")} == {"roles", "organisation"}
    for client in REALM["clients"]:
        assert client["attributes"]["access.token.header.type.rfc9068"] == "true"
        assert client["attributes"]["access.token.signed.response.alg"] == "ES256"
        assert {"basic", "hustar"} <= set(client["defaultClientScopes"])
        assert client["secret"].startswith("${"), "a secret in a file that everybody reads"
        assert [mapper["config"]["claim.value"] for mapper in client["protocolMappers"]] == [client["clientId"]]


def test_persons_of_the_realm_are_fictitious_and_locked_out_unless_asked_for() -> None:
    persons = [user for user in REALM["users"] if "serviceAccountClientId" not in user]
    assert len(persons) >= 5
    for person in persons:
        assert person["lastName"] == "(가상 fictitious)"
        assert person["email"].endswith("@example.invalid")
        assert person["enabled"] == "${HUSTAR_DEMO_USERS:false}"
        assert [credential["value"] for credential in person["credentials"]] == ["${DEMO_USERS_PASSWORD}"]
    assert variables()["HUSTAR_DEMO_USERS"] == "false"
    for user in REALM["users"]:
        for_one = {"university", "employer"} & set(user["realmRoles"])
        assert bool(for_one) == bool(user.get("attributes", {}).get("organisation")), user["username"]


@pytest.mark.unhurried
def test_the_secrets_script_makes_every_secret_once(tmp_path: Path) -> None:
    from tests.compose.preparing import secrets

    made = secrets(tmp_path / "secrets")
    first = {file.name: file.read_bytes() for file in (tmp_path / "secrets").iterdir()}
    assert set(document()["secrets"]) <= set(first)
    assert {name for name in re.findall(r"\$\{([A-Z_]+)\}", json.dumps(REALM)) if name != "HUSTAR_PUBLIC_URL"} <= set(made)
    assert secrets(tmp_path / "secrets") == made
    assert {file.name: file.read_bytes() for file in (tmp_path / "secrets").iterdir()} == first
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    told = first["kafka_users"].decode()
    for user in ("", *SERVICES):
        password = first[f"kafka_password_{user}" if user else "kafka_password"].decode().strip()
        assert f'user_hustar{"-" if user else ""}{user}="{password}"' in told
