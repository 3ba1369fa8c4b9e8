"""Where the brokers are and how they are spoken to, and why they are not when they are not."""

import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from pydantic import SecretStr

from shared.errors import N_
from shared.kafka_settings import KafkaSettings, Mechanism, Protocol

USER_REFUSED: Final = N_(
    "Kafka refuses the user, or expects none: see KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD, KAFKA_SASL_MECHANISM"
    " and KAFKA_SECURITY_PROTOCOL"
)
NOT_ALLOWED: Final = N_("Kafka does not let the user do that: see its access control lists")
UNKNOWN_AUTHORITY: Final = N_("Nobody known vouches for Kafka's certificate: see KAFKA_SSL_CAFILE")
OTHER_NAME: Final = N_("Kafka's certificate is for another name than KAFKA_BOOTSTRAP_SERVERS says")
CERTIFICATE_REFUSED: Final = N_(
    "Kafka asks for a certificate of this process, or refuses the one it was shown: see KAFKA_SSL_CERTFILE and KAFKA_SSL_KEYFILE"
)
OUTDATED: Final = N_("Kafka's certificate is not valid today")
NO_TLS: Final = N_("Kafka does not speak TLS there: see KAFKA_SECURITY_PROTOCOL and the port in KAFKA_BOOTSTRAP_SERVERS")
KEPT_OUT: Final = frozenset({USER_REFUSED, NOT_ALLOWED, UNKNOWN_AUTHORITY, OTHER_NAME, CERTIFICATE_REFUSED, OUTDATED, NO_TLS})
"""Why brokers that are there do not answer: what somebody has to put right."""
_LOOK_SECONDS: Final = 2.0
_OBJECTS_SECONDS: Final = 1.0
_OUTDATED: Final = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_OTHER_NAME: Final = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH


class _Hidden(str):
    """A password that is not in what the client logs of its settings."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'**********'"


@dataclass(frozen=True, slots=True)
class Brokers:
    """`addresses` as host:port with commas between; the rest as in the settings of the same names."""

    addresses: str
    protocol: Protocol = Protocol.PLAINTEXT
    mechanism: Mechanism = Mechanism.SCRAM_SHA_512
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    @classmethod
    def of(cls, settings: KafkaSettings) -> Self:
        """Those that the settings name. Only where they name some."""
        assert settings.kafka_bootstrap_servers is not None
        return cls(
            settings.kafka_bootstrap_servers,
            settings.kafka_security_protocol,
            settings.kafka_sasl_mechanism,
            settings.kafka_sasl_username,
            settings.kafka_sasl_password,
            settings.kafka_ca_file,
            settings.kafka_certificate_file,
            settings.kafka_key_file,
        )

    def for_clients(self) -> Mapping[str, object]:
        """The same in the client's words."""
        given: dict[str, object] = {
            "bootstrap_servers": [address.strip() for address in self.addresses.split(",")],
            "security_protocol": self.protocol.value,
        }
        if self.protocol.encrypts and self.ca_file is not None:
            given["ssl_cafile"] = str(self.ca_file)
        if self.protocol.encrypts and self.certificate_file is not None:
            given["ssl_certfile"] = str(self.certificate_file)
            given["ssl_keyfile"] = str(self.key_file)
        if self.protocol.signs_in and self.password is not None:
            given["sasl_mechanism"] = self.mechanism.value
            given["sasl_plain_username"] = self.username
            given["sasl_plain_password"] = _Hidden(self.password.get_secret_value())
        return given

    def look(self) -> tuple[bool, str | None]:
        """Whether one of them takes a connection, with TLS where that is spoken; and why not, where TLS is the reason."""
        context = self._tls() if self.protocol.encrypts else None
        for address in self.addresses.split(","):
            host, _, port = address.strip().rpartition(":")
            try:
                there = socket.create_connection((host.strip("[]"), int(port)), timeout=_LOOK_SECONDS)
            except (OSError, ValueError):
                continue
            with closing(there):
                trouble = _trouble(there, context, host=host.strip("[]")) if context is not None else None
            return trouble is None, trouble
        return False, None

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.certificate_file is not None:
            context.load_cert_chain(self.certificate_file, self.key_file)
        return context


def _trouble(there: socket.socket, context: ssl.SSLContext, *, host: str) -> str | None:
    try:
        with context.wrap_socket(there, server_hostname=host) as tls:
            return CERTIFICATE_REFUSED if _objects(tls) else None
    except ssl.SSLCertVerificationError as error:
        outdated = error.verify_code in _OUTDATED
        return OUTDATED if outdated else OTHER_NAME if error.verify_code in _OTHER_NAME else UNKNOWN_AUTHORITY
    except TimeoutError:
        return None  # it hangs, which says nothing about TLS
    except ssl.SSLError as error:
        return CERTIFICATE_REFUSED if "ALERT" in (error.reason or "") else NO_TLS
    except OSError:
        return NO_TLS


def _objects(tls: ssl.SSLSocket) -> bool:
    """Whether the broker ends it at once: by TLS 1.3 it says only after the handshake what it thinks of our certificate."""
    tls.settimeout(_OBJECTS_SECONDS)
    try:
        return not tls.recv(1)
    except TimeoutError:
        return False  # content: it waits for us to begin
    except OSError:
        return True
