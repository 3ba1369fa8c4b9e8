"""Settings: every unusable key is named, no secret is printed, production refuses what only development may lack."""

from pathlib import Path

import pytest

from shared.i18n import translate
from shared.kafka_settings import (
    CA_FOR_NOTHING,
    CA_HOLDS_NOTHING,
    CA_UNREADABLE,
    CERTIFICATE_FOR_NOTHING,
    CERTIFICATE_UNREADABLE,
    HALF_A_CERTIFICATE,
    LACKS_USER,
    NO_PAIR,
    USER_FOR_NOTHING,
)
from shared.service import database_url
from shared.settings import Settings, SettingsError, load_settings

CERTIFICATE = {"KAFKA_SSL_CERTFILE": __file__, "KAFKA_SSL_KEYFILE": __file__}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        variable = str(field.validation_alias.choices[0])  # type: ignore[union-attr]
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(f"{variable}_FILE", raising=False)


def test_without_anything_set_it_is_development_on_embedded_engines() -> None:
    settings = load_settings()
    assert (settings.environment.value, settings.port, settings.demo) == ("development", 8000, True)
    assert settings.postgres_url is None
    assert settings.origin == "http://127.0.0.1:8000"


def test_every_unusable_key_is_named_with_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("DEMO", "perhaps")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "PORT" in str(caught.value)
    assert "DEMO" in str(caught.value)


def test_no_secret_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUSTAR_SECRET", "short-canary")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "HUSTAR_SECRET" in str(caught.value)
    assert "canary" not in str(caught.value)
    monkeypatch.setenv("HUSTAR_SECRET", "a-canary-that-is-long-enough-to-be-a-secret")
    assert "canary" not in repr(load_settings())


def test_production_names_all_that_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUSTAR_ENV", "production")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    for key in ("POSTGRES_URL", "KAFKA_BOOTSTRAP_SERVERS", "HUSTAR_OIDC_ISSUER", "HUSTAR_OIDC_JWKS_URL", "HUSTAR_SECRET"):
        assert key in str(caught.value)


def test_a_secret_may_be_a_file_that_ends_with_a_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("a-canary-that-is-long-enough-to-be-a-secret\n")
    monkeypatch.setenv("HUSTAR_SECRET_FILE", str(file))
    settings = load_settings()
    assert settings.secret is not None
    assert settings.secret.get_secret_value() == "a-canary-that-is-long-enough-to-be-a-secret"
    monkeypatch.setenv("HUSTAR_SECRET", "another-secret-that-is-long-enough-for-it")
    with pytest.raises(SettingsError, match="HUSTAR_SECRET and HUSTAR_SECRET_FILE"):
        load_settings()


def test_a_file_of_a_secret_that_cannot_be_used_is_named_and_not_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUSTAR_SECRET_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingsError, match="HUSTAR_SECRET_FILE"):
        load_settings()
    (tmp_path / "none").write_text("short-canary")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "HUSTAR_SECRET" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_what_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    monkeypatch.setenv("HUSTAR_SMTP_URL_FILE", str(tmp_path / "empty"))
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    settings = load_settings()
    assert (settings.smtp_url, settings.otlp_endpoint) == (None, None)


def test_only_secrets_are_read_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "port").write_text("9000")
    monkeypatch.setenv("PORT_FILE", str(tmp_path / "port"))
    assert load_settings().port == 8000


def test_each_service_may_have_a_server_and_a_user_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_URL_TRAINEES", "postgresql://hustar_trainees:t@db:5432/ignored")
    settings = load_settings()
    assert settings.on_postgres
    assert database_url(settings, "trainees") == "postgresql+psycopg://hustar_trainees:t@db:5432/hustar_trainees"
    with pytest.raises(SettingsError, match="POSTGRES_URL_MATCHING"):
        database_url(settings, "matching")
    monkeypatch.setenv("POSTGRES_URL", "postgresql://everyone@db")
    assert database_url(load_settings(), "matching") == "postgresql+psycopg://everyone@db/hustar_matching"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, LACKS_USER),
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_SASL_USERNAME": "hustar"}, LACKS_USER),
        ({"KAFKA_SASL_PASSWORD": "a-canary"}, USER_FOR_NOTHING),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SASL_USERNAME": "hustar"}, USER_FOR_NOTHING),
        ({"KAFKA_SSL_CAFILE": __file__}, CA_FOR_NOTHING),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CAFILE": __file__}, CA_HOLDS_NOTHING),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CAFILE": "/nowhere"}, CA_UNREADABLE),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_KEYFILE": __file__}, HALF_A_CERTIFICATE),
        (CERTIFICATE, CERTIFICATE_FOR_NOTHING),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CERTFILE": __file__, "KAFKA_SSL_KEYFILE": __file__}, NO_PAIR),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CERTFILE": "/nowhere", "KAFKA_SSL_KEYFILE": "/nowhere"},
            CERTIFICATE_UNREADABLE,
        ),
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "KAFKA_SECURITY_PROTOCOL (from the environment)"),
        ({"KAFKA_SASL_MECHANISM": "GSSAPI"}, "KAFKA_SASL_MECHANISM (from the environment)"),
    ],
)
def test_settings_of_kafka_that_do_not_fit_are_refused_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str
) -> None:
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    korean = translate(said, "ko")
    assert str(caught.value) == f"{said} / {korean}" or (korean == said and said in str(caught.value))
    assert "canary" not in str(caught.value)
