"""Settings: every unusable key is named, no secret is printed, production refuses what only development may lack."""

import pytest

from shared.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias.choices[0]), raising=False)  # type: ignore[union-attr]


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
