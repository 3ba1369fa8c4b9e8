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
"""Who may do everything. Everybody else may do what is granted, and nothing before that."""
SERVICES: Final = ("trainees", "employers", "matching", "reporting")
_VALID_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_VALID_UNTIL: Final = datetime(2049, 12, 31, tzinfo=UTC)
_LOGIN: Final = "org.apache.kafka.common.security"


class SecuredKafka(LocalKafka):
    """A broker of our own with two ports for clients: SASL_SSL with SCRAM-SHA-512 and PLAIN, and SSL that asks for a certificate.

    It checks rights. Users are `hustar`, and `hustar-<service>` by PLAIN with the same password or by a certificate of that
    name. `authority` and `other_authority` are files of certificates: the one that signed the broker's, and one that did not.
    """

    def __init__(self, *, password: str, parent: Path | None = None) -> None:
        self.password = password
        self.internal_port, self.certified_port = free_ports(2)
        super().__init__(parent=parent)

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def other_authority(self) -> Path:
        return self.folder / "other-authority.pem"

    def certificate_of(self, user: str) -> tuple[Path, Path]:
        """The files of a certificate that the broker takes for this user's, and of its key."""
        return self.folder / f"{user}.pem", self.folder / f"{user}.key"

    def _settings(self) -> dict[str, str]:
        client, controller = f"127.0.0.1:{self.port}", f"127.0.0.1:{self._controller_port}"
        internal = f"127.0.0.1:{self.internal_port}"
        self._make_certificates()
        own, certificates = "listener.name.clients.", "listener.name.certified."
        certified = f"127.0.0.1:{self.certified_port}"
        users = " ".join(f'user_{user}="{self.password}"' for user in (USER, *(f"{USER}-{service}" for service in SERVICES)))
        plain = f"{_LOGIN}.plain.PlainLoginModule required {users};"
        return super()._settings() | {
            "listeners": f"CLIENTS://{client},CERTIFIED://{certified},INTERNAL://{internal},CONTROLLER://{controller}",
            "advertised.listeners": f"CLIENTS://{client},CERTIFIED://{certified},INTERNAL://{internal}",
            "listener.security.protocol.map": "CLIENTS:SASL_SSL,CERTIFIED:SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "INTERNAL",
            f"{own}sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
            f"{own}scram-sha-512.sasl.jaas.config": f"{_LOGIN}.scram.ScramLoginModule required;",
            f"{own}plain.sasl.jaas.config": plain,
            f"{own}ssl.keystore.type": "PEM",
            f"{own}ssl.keystore.location": str(self.folder / "broker.pem"),
            f"{certificates}ssl.keystore.type": "PEM",
            f"{certificates}ssl.keystore.location": str(self.folder / "broker.pem"),
            f"{certificates}ssl.truststore.type": "PEM",
            f"{certificates}ssl.truststore.location": str(self.authority),
            f"{certificates}ssl.client.auth": "required",
            f"{certificates}ssl.principal.mapping.rules": "RULE:^CN=([^,]+).*$/$1/",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{USER};User:ANONYMOUS",  # the broker itself, whose own ports ask nobody
        }

    def _format_options(self) -> list[str]:
        return ["--add-scram", f"SCRAM-SHA-512=[name={USER},password={self.password}]"]

    def _make_certificates(self) -> None:
        authority, authority_key = _certificate("local Kafka authority")
        other, _ = _certificate("another authority")
        broker, broker_key = _certificate("local Kafka", signed_by=(authority, authority_key))
        self.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
        self.other_authority.write_bytes(other.public_bytes(serialization.Encoding.PEM))
        signing = (authority, authority_key)
        (self.folder / "broker.pem").write_bytes(_key(broker_key) + _chain(broker, authority))
        for user in (f"{USER}-{service}" for service in SERVICES):
            shown, key = _certificate(user, signed_by=signing)
            certificate_file, key_file = self.certificate_of(user)
            certificate_file.write_bytes(_chain(shown, authority))
            key_file.write_bytes(_key(key))


_Key = ec.EllipticCurvePrivateKey


def _key(key: _Key) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _chain(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


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
