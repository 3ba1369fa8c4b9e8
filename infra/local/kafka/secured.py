"""A broker that speaks TLS only and knows its users, with an authority made for it: as a cluster of others would be."""

from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from infra.local.kafka.broker import LocalKafka
from infra.local.ports import free_ports

USER: Final = "hustar"
_VALID_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_VALID_UNTIL: Final = datetime(2049, 12, 31, tzinfo=UTC)
_LOGIN: Final = "org.apache.kafka.common.security"


class SecuredKafka(LocalKafka):
    """A broker of our own whose only port for clients is SASL_SSL, with SCRAM-SHA-512 and PLAIN.

    `authority` and `other_authority` are files of certificates: the one that signed the broker's, and one that did not.
    """

    def __init__(self, *, password: str, parent: Path | None = None) -> None:
        self.password = password
        (self.internal_port,) = free_ports(1)
        super().__init__(parent=parent)

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def other_authority(self) -> Path:
        return self.folder / "other-authority.pem"

    def _settings(self) -> dict[str, str]:
        client, controller = f"127.0.0.1:{self.port}", f"127.0.0.1:{self._controller_port}"
        internal = f"127.0.0.1:{self.internal_port}"
        self._make_certificates()
        own = "listener.name.clients."
        plain = f'{_LOGIN}.plain.PlainLoginModule required user_{USER}="{self.password}";'
        return super()._settings() | {
            "listeners": f"CLIENTS://{client},INTERNAL://{internal},CONTROLLER://{controller}",
            "advertised.listeners": f"CLIENTS://{client},INTERNAL://{internal}",
            "listener.security.protocol.map": "CLIENTS:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "INTERNAL",
            f"{own}sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
            f"{own}scram-sha-512.sasl.jaas.config": f"{_LOGIN}.scram.ScramLoginModule required;",
            f"{own}plain.sasl.jaas.config": plain,
            f"{own}ssl.keystore.type": "PEM",
            f"{own}ssl.keystore.location": str(self.folder / "broker.pem"),
        }

    def _format_options(self) -> list[str]:
        return ["--add-scram", f"SCRAM-SHA-512=[name={USER},password={self.password}]"]

    def _make_certificates(self) -> None:
        authority, authority_key = _certificate("local Kafka authority")
        other, _ = _certificate("another authority")
        broker, broker_key = _certificate("local Kafka", signed_by=(authority, authority_key))
        self.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
        self.other_authority.write_bytes(other.public_bytes(serialization.Encoding.PEM))
        pem, pkcs8, open_ = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        key = broker_key.private_bytes(pem, pkcs8, open_)
        (self.folder / "broker.pem").write_bytes(key + broker.public_bytes(pem) + authority.public_bytes(pem))


_Key = ec.EllipticCurvePrivateKey


def _certificate(name: str, *, signed_by: tuple[x509.Certificate, _Key] | None = None) -> tuple[x509.Certificate, _Key]:
    """One for this machine's own address, signed by that authority; without one an authority itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signed_by[0].subject if signed_by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=signed_by is None, path_length=None), critical=True)
    )
    if signed_by:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signed_by[1] if signed_by else key, hashes.SHA256()), key
