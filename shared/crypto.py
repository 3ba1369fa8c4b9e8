"""Secrets at work: keys derived per purpose, authenticated encryption, keyed hashes."""

import contextlib
import os
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.settings import Environment, Settings, SettingsError

_VERSION: Final = b"\x01"
_KEY_ID: Final = 4
_NONCE: Final = 12
_BLOCK: Final = 64  # of SHA-256


class Unreadable(Exception):
    """A sealed text was made with another key, for another thing, or was changed. Says nothing more on purpose."""


def derive(secret: bytes, *, purpose: str) -> bytes:
    """32 bytes of key for one purpose (HKDF-SHA256, RFC 5869). Keys of different purposes reveal nothing of each other."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hustar/" + purpose.encode()).derive(secret)


class Cipher:
    """AES-256-GCM with a key id in front, so that keys can be changed while old texts stay readable.

    A sealed text is version (1 byte), key id (4), nonce (12), ciphertext and tag (16). Random nonces allow 2^32 texts
    per key (NIST SP 800-38D, 8.3).
    """

    def __init__(self, key: bytes, *older: bytes) -> None:
        self._keys = {sha256(each).digest()[:_KEY_ID]: AESGCM(each) for each in (*older, key)}
        self._prefix = _VERSION + sha256(key).digest()[:_KEY_ID]
        self._key = AESGCM(key)

    def seal(self, plain: bytes, *, about: bytes) -> bytes:
        """Encrypt. `about` names the thing the text belongs to; `open` needs the same."""
        nonce = os.urandom(_NONCE)
        return self._prefix + nonce + self._key.encrypt(nonce, plain, about)

    def is_current(self, sealed: bytes) -> bool:
        """Whether a text was sealed with the key that new ones are sealed with."""
        return sealed.startswith(self._prefix)

    @property
    def prefix(self) -> bytes:
        """What every text begins with that is sealed with the present key."""
        return self._prefix

    def open(self, sealed: bytes, *, about: bytes) -> bytes:
        """Decrypt what `seal` made. Raises Unreadable."""
        start = len(_VERSION) + _KEY_ID
        key = self._keys.get(sealed[len(_VERSION) : start])
        if key is None or sealed[: len(_VERSION)] != _VERSION or len(sealed) < start + _NONCE + 16:
            raise Unreadable
        try:
            return key.decrypt(sealed[start : start + _NONCE], sealed[start + _NONCE :], about)
        except InvalidTag:
            raise Unreadable from None


class KeyedHash:
    """HMAC-SHA256: finds equal values again without storing them, and only for who has the key."""

    def __init__(self, key: bytes) -> None:
        block = (key if len(key) <= _BLOCK else sha256(key).digest()).ljust(_BLOCK, b"\0")
        # What RFC 2104 begins both hashes with: copied, they cost less than half of what a whole HMAC does.
        self._inner = sha256(bytes(each ^ 0x36 for each in block))
        self._outer = sha256(bytes(each ^ 0x5C for each in block))

    def of(self, value: str | bytes) -> bytes:
        """32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(value.encode() if isinstance(value, str) else value)
        outer.update(inner.digest())
        return outer.digest()


class Keyring:
    """Every key of one installation, from its secret. Older secrets are read with, never written with."""

    def __init__(self, secret: bytes, *older: bytes) -> None:
        self._secrets = (secret, *older)

    def key(self, purpose: str) -> bytes:
        return derive(self._secrets[0], purpose=purpose)

    def cipher(self, purpose: str) -> Cipher:
        return Cipher(*(derive(secret, purpose=purpose) for secret in self._secrets))

    def oldest_key(self, purpose: str) -> bytes:
        """The key from the first secret that this installation ever had, as far as it is still told of."""
        return derive(self._secrets[-1], purpose=purpose)

    def keyed_hash(self, purpose: str) -> KeyedHash:
        return KeyedHash(self.key(purpose))


def keyring(settings: Settings) -> Keyring:
    """The installation's keys. In development without a secret one is made once and kept beside the data."""
    if settings.secret is not None:
        older = settings.older_secrets.get_secret_value().split() if settings.older_secrets is not None else []
        return _from_secrets(settings.secret.get_secret_value().encode(), *(secret.encode() for secret in older))
    if settings.environment is not Environment.DEVELOPMENT:
        raise SettingsError("HUSTAR_SECRET: is needed outside development")
    return _from_secrets(keep_once(settings.data / "secret", secrets.token_urlsafe(48).encode()))


@lru_cache(maxsize=8)
def _from_secrets(*secrets: bytes) -> Keyring:
    return Keyring(*secrets)


def keep_once(path: Path, content: bytes) -> bytes:
    """Store `content` in a private file (mode 0600) unless the file exists, and return what the file holds.

    Of several processes that try at once, one wins and all get the same content.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_bytes()
