"""Settings from the environment: typed, checked at start, never printed when secret."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.kafka_settings import KafkaSettings
from shared.secret_files import SecretFileError, SecretFiles

SERVICES = ("trainees", "employers", "matching", "reporting")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class SettingsError(Exception):
    """The settings cannot be used. The text names each key and what is wrong with it, never a value."""


class Settings(KafkaSettings):
    """Everything that can be configured. Each field's description is the documentation."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, secrets_dir=None, env_ignore_empty=True)

    environment: Annotated[
        Environment, Field(validation_alias=AliasChoices("HUSTAR_ENV"), description="development or production")
    ] = Environment.DEVELOPMENT
    data: Annotated[
        Path, Field(validation_alias=AliasChoices("HUSTAR_DATA"), description="folder of the embedded databases and log")
    ] = Path("var")
    backups: Annotated[Path, Field(validation_alias=AliasChoices("HUSTAR_BACKUPS"), description="folder of the backups")] = Path(
        "backups"
    )
    host: Annotated[str, Field(validation_alias=AliasChoices("HOST"), description="address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(validation_alias=AliasChoices("PORT"), ge=0, le=65535, description="port to listen on")] = 8000
    demo: Annotated[
        bool, Field(validation_alias=AliasChoices("DEMO"), description="load the demo and open the page without signing in")
    ] = True
    public_url: Annotated[
        str | None,
        Field(
            validation_alias=AliasChoices("HUSTAR_PUBLIC_URL"), description="origin that browsers use, if not http://HOST:PORT"
        ),
    ] = None
    postgres_url: Annotated[
        SecretStr | None,
        Field(
            validation_alias=AliasChoices("POSTGRES_URL"),
            description="PostgreSQL server; each service uses its own database `<prefix><service>`. Unset: SQLite",
        ),
    ] = None
    postgres_url_trainees: Annotated[
        SecretStr | None,
        Field(
            validation_alias=AliasChoices("POSTGRES_URL_TRAINEES"),
            description="server and user of the trainees service, instead of POSTGRES_URL",
        ),
    ] = None
    postgres_url_employers: Annotated[
        SecretStr | None,
        Field(validation_alias=AliasChoices("POSTGRES_URL_EMPLOYERS"), description="the same for employers"),
    ] = None
    postgres_url_matching: Annotated[
        SecretStr | None,
        Field(validation_alias=AliasChoices("POSTGRES_URL_MATCHING"), description="the same for matching"),
    ] = None
    postgres_url_reporting: Annotated[
        SecretStr | None,
        Field(validation_alias=AliasChoices("POSTGRES_URL_REPORTING"), description="the same for reporting"),
    ] = None
    database_prefix: Annotated[
        str,
        Field(
            validation_alias=AliasChoices("HUSTAR_DATABASE_PREFIX"),
            pattern=r"^[a-z][a-z0-9_]{0,40}$",
            description="start of the names of the services' databases",
        ),
    ] = "hustar_"
    topic_prefix: Annotated[
        str,
        Field(
            validation_alias=AliasChoices("HUSTAR_TOPIC_PREFIX"),
            pattern=r"^[a-z][a-z0-9-]{0,60}$",
            description="first part of every topic and consumer group name",
        ),
    ] = "hustar"
    topic_replication: Annotated[
        int | None,
        Field(
            validation_alias=AliasChoices("HUSTAR_TOPIC_REPLICATION"),
            ge=1,
            le=9,
            description="brokers that keep each new topic; unset: 3 in production, 1 in development",
        ),
    ] = None
    probes_port: Annotated[
        int | None,
        Field(
            validation_alias=AliasChoices("HUSTAR_PROBES_PORT"),
            ge=1,
            le=65535,
            description="port on which a worker answers /livez, /readyz and /metrics; unset: it does not listen",
        ),
    ] = None
    trusted_proxies: Annotated[
        str,
        Field(
            validation_alias=AliasChoices("HUSTAR_TRUSTED_PROXIES"),
            description="addresses or networks, with commas between, whose X-Forwarded-For and X-Forwarded-Proto are believed",
        ),
    ] = "127.0.0.1"
    oidc_issuer: Annotated[
        str | None, Field(validation_alias=AliasChoices("HUSTAR_OIDC_ISSUER"), description="issuer of tokens; unset: built-in")
    ] = None
    oidc_jwks_url: Annotated[
        str | None, Field(validation_alias=AliasChoices("HUSTAR_OIDC_JWKS_URL"), description="where the issuer's keys are")
    ] = None
    oidc_discovery_url: Annotated[
        str | None,
        Field(
            validation_alias=AliasChoices("HUSTAR_OIDC_DISCOVERY_URL"),
            description="where the pages read the issuer's configuration, if not below the issuer's own address",
        ),
    ] = None
    oidc_client_id: Annotated[
        str, Field(validation_alias=AliasChoices("HUSTAR_OIDC_CLIENT_ID"), description="client id of the pages at the issuer")
    ] = "hustar-pages"
    oidc_client_secret: Annotated[
        SecretStr | None,
        Field(validation_alias=AliasChoices("HUSTAR_OIDC_CLIENT_SECRET"), description="its secret, where the issuer wants one"),
    ] = None
    audience: Annotated[
        str, Field(validation_alias=AliasChoices("HUSTAR_AUDIENCE"), description="`aud` that access tokens must carry")
    ] = "hustar-api"
    home_regions: Annotated[
        str,
        Field(
            validation_alias=AliasChoices("HUSTAR_HOME_REGIONS"),
            pattern=r"^[1-9][0-9]{1,9}(,[1-9][0-9]{1,9})*$",
            description="regions that the installation is for, as legal-district codes begin, with commas between: "
            "who works there has settled in the region",
        ),
    ] = "27,47"
    secret: Annotated[
        SecretStr | None,
        Field(
            validation_alias=AliasChoices("HUSTAR_SECRET"),
            min_length=32,
            description="key material for cursors, sessions and personal data; development makes its own",
        ),
    ] = None
    older_secrets: Annotated[
        SecretStr | None,
        Field(
            validation_alias=AliasChoices("HUSTAR_OLDER_SECRETS"),
            description="secrets before HUSTAR_SECRET, newest first, with spaces between: still read with",
        ),
    ] = None
    smtp_url: Annotated[
        SecretStr | None,
        Field(
            validation_alias=AliasChoices("HUSTAR_SMTP_URL"),
            description="smtp://, smtp+starttls:// or smtps:// server that alerts are mailed by; unset: no mail",
        ),
    ] = None
    mail_from: Annotated[str, Field(validation_alias=AliasChoices("HUSTAR_MAIL_FROM"), description="sender of that mail")] = (
        "hustar@localhost"
    )
    private_webhooks: Annotated[
        bool,
        Field(
            validation_alias=AliasChoices("HUSTAR_PRIVATE_WEBHOOKS"),
            description="let webhooks go to private addresses and without TLS",
        ),
    ] = False
    otlp_endpoint: Annotated[
        str | None,
        Field(
            validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_ENDPOINT"),
            pattern="^https?://",
            description="OpenTelemetry collector that traces are sent to (OTLP over HTTP); unset: none are recorded",
        ),
    ] = None
    trace_share: Annotated[
        float,
        Field(
            validation_alias=AliasChoices("OTEL_TRACES_SAMPLER_ARG"),
            ge=0,
            le=1,
            description="share of the traces beginning here that are recorded; callers decide for theirs",
        ),
    ] = 0.1
    log_level: Annotated[
        str,
        Field(
            validation_alias=AliasChoices("LOG_LEVEL"), pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="least level logged"
        ),
    ] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """From the call, then the environment, then the files that the environment names."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, SecretFiles(settings_cls)

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("smtp://", "smtp+starttls://", "smtps://")):
            raise ValueError("must begin with smtp://, smtp+starttls:// or smtps://")
        return value

    @model_validator(mode="after")
    def _production_is_complete(self) -> "Settings":
        if self.environment is Environment.PRODUCTION:
            needed = {
                "POSTGRES_URL": self.postgres_url or next(filter(None, map(self._own_server, SERVICES)), None),
                "KAFKA_BOOTSTRAP_SERVERS": self.kafka_bootstrap_servers,
                "HUSTAR_OIDC_ISSUER": self.oidc_issuer,
                "HUSTAR_OIDC_JWKS_URL": self.oidc_jwks_url,
                "HUSTAR_SECRET": self.secret,
            }
            missing = [name for name, value in needed.items() if value is None]
            if missing:
                raise ValueError("production needs " + ", ".join(missing))
        return self

    @property
    def on_postgres(self) -> bool:
        """Whether the databases are on PostgreSQL; otherwise they are files."""
        return self.postgres_url is not None or any(self._own_server(service) for service in SERVICES)

    def postgres_server(self, service: str) -> str:
        """The PostgreSQL server of a service, with the user that it connects as. Raises SettingsError where none is named."""
        url = self._own_server(service) or self.postgres_url
        if url is None:
            raise SettingsError(f"POSTGRES_URL_{service.upper()}: {service} is run here, and neither it nor POSTGRES_URL is set")
        return url.get_secret_value()

    def _own_server(self, service: str) -> SecretStr | None:
        found: SecretStr | None = getattr(self, f"postgres_url_{service}")
        return found

    @property
    def origin(self) -> str:
        """The origin of pages and of the built-in issuer, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment, `overrides` first. Raises SettingsError that names every unusable key."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None
    except SecretFileError as error:
        raise SettingsError(str(error)) from None


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        field = Settings.model_fields.get(name)
        alias = field.validation_alias if field else None
        key = str(alias.choices[0]) if isinstance(alias, AliasChoices) else name
        given = " (from the environment)" if key in os.environ else ""
        text = _in_both_languages(problem["msg"].removeprefix("Value error, "))
        lines.append(f"{key}{given}: {text}" if key else text)
    return "\n".join(lines)


def _in_both_languages(text: str) -> str:
    """Nobody has said yet in which language they read: what there is in Korean is said in Korean, too."""
    from shared.i18n.catalogue import translate  # a tenth of a second that only a refusal pays for

    korean = translate(text, "ko")
    return text if korean == text else f"{text} / {korean}"
