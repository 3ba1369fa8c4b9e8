"""How the brokers are reached: settings that only make sense together, so they are refused together."""

import ssl
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from shared.errors import N_


class Protocol(StrEnum):
    """What is spoken to the brokers, in Kafka's words."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"

    @property
    def encrypts(self) -> bool:
        return self in (Protocol.SSL, Protocol.SASL_SSL)

    @property
    def signs_in(self) -> bool:
        return self in (Protocol.SASL_PLAINTEXT, Protocol.SASL_SSL)


class Mechanism(StrEnum):
    """How the user proves to be it. With SCRAM the password itself is never sent."""

    SCRAM_SHA_512 = "SCRAM-SHA-512"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    PLAIN = "PLAIN"


LACKS_USER = N_("KAFKA_SECURITY_PROTOCOL signs in: set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD")
USER_FOR_NOTHING = N_("KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD is set, but KAFKA_SECURITY_PROTOCOL does not sign in")
CA_FOR_NOTHING = N_("KAFKA_SSL_CAFILE is set, but KAFKA_SECURITY_PROTOCOL does not encrypt")
CA_UNREADABLE = N_("KAFKA_SSL_CAFILE cannot be read")
CA_HOLDS_NOTHING = N_("KAFKA_SSL_CAFILE holds no certificate in PEM form")
HALF_A_CERTIFICATE = N_("KAFKA_SSL_CERTFILE and KAFKA_SSL_KEYFILE belong together: set both or neither")
CERTIFICATE_FOR_NOTHING = N_("KAFKA_SSL_CERTFILE is set, but KAFKA_SECURITY_PROTOCOL does not encrypt")
CERTIFICATE_UNREADABLE = N_("KAFKA_SSL_CERTFILE or KAFKA_SSL_KEYFILE cannot be read")
NO_PAIR = N_("KAFKA_SSL_CERTFILE and KAFKA_SSL_KEYFILE hold no certificate and its key in PEM form, without a password")


class KafkaSettings(BaseSettings):
    """The part of the settings that says where the brokers are and how they are spoken to."""

    kafka_bootstrap_servers: Annotated[
        str | None,
        Field(validation_alias=AliasChoices("KAFKA_BOOTSTRAP_SERVERS"), description="host:port,...; unset: embedded log"),
    ] = None
    kafka_security_protocol: Annotated[
        Protocol,
        Field(
            validation_alias=AliasChoices("KAFKA_SECURITY_PROTOCOL"),
            description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL: whether brokers are spoken to by TLS and with a user",
        ),
    ] = Protocol.PLAINTEXT
    kafka_sasl_mechanism: Annotated[
        Mechanism,
        Field(
            validation_alias=AliasChoices("KAFKA_SASL_MECHANISM"),
            description="SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN: how that user signs in",
        ),
    ] = Mechanism.SCRAM_SHA_512
    kafka_sasl_username: Annotated[
        str | None, Field(validation_alias=AliasChoices("KAFKA_SASL_USERNAME"), description="user at the brokers")
    ] = None
    kafka_sasl_password: Annotated[
        SecretStr | None, Field(validation_alias=AliasChoices("KAFKA_SASL_PASSWORD"), description="its password")
    ] = None
    kafka_ca_file: Annotated[
        Path | None,
        Field(
            validation_alias=AliasChoices("KAFKA_SSL_CAFILE"),
            description="certificates (PEM) of whom may vouch for the brokers; unset: those that this machine trusts",
        ),
    ] = None
    kafka_certificate_file: Annotated[
        Path | None,
        Field(
            validation_alias=AliasChoices("KAFKA_SSL_CERTFILE"),
            description="certificate (PEM, with those between) that this process shows to brokers who ask for one",
        ),
    ] = None
    kafka_key_file: Annotated[
        Path | None,
        Field(validation_alias=AliasChoices("KAFKA_SSL_KEYFILE"), description="its key (PEM, without a password)"),
    ] = None

    @model_validator(mode="after")
    def _brokers_can_be_reached_so(self) -> "KafkaSettings":
        protocol = self.kafka_security_protocol
        if protocol.signs_in and not (self.kafka_sasl_username and self.kafka_sasl_password):
            raise ValueError(LACKS_USER)
        if not protocol.signs_in and (self.kafka_sasl_username or self.kafka_sasl_password):
            raise ValueError(USER_FOR_NOTHING)
        if self.kafka_ca_file is not None:
            if not protocol.encrypts:
                raise ValueError(CA_FOR_NOTHING)
            _must_hold_certificates(self.kafka_ca_file)
        certificate, key = self.kafka_certificate_file, self.kafka_key_file
        if (certificate is None) != (key is None):
            raise ValueError(HALF_A_CERTIFICATE)
        if certificate is not None and key is not None:
            if not protocol.encrypts:
                raise ValueError(CERTIFICATE_FOR_NOTHING)
            _must_be_a_pair(certificate, key)
        return self


def _must_hold_certificates(file: Path) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except ssl.SSLError:
        raise ValueError(CA_HOLDS_NOTHING) from None
    except OSError:
        raise ValueError(CA_UNREADABLE) from None


def _must_be_a_pair(certificate: Path, key: Path) -> None:
    try:
        # An empty password for a key that has one: nobody is there to be asked.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, ValueError):
        raise ValueError(NO_PAIR) from None
    except OSError:
        raise ValueError(CERTIFICATE_UNREADABLE) from None
