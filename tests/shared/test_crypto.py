"""Keys and ciphers: what is sealed stays shut for everybody else, and secrets are made once."""

import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.crypto import Cipher, KeyedHash, Keyring, Unreadable, derive, keep_once, keyring
from shared.settings import Settings, load_settings

SECRET, OLDER = b"s" * 40, b"o" * 40


def test_what_was_sealed_can_be_opened() -> None:
    cipher = Keyring(SECRET).cipher("names")
    sealed = cipher.seal("김하늘".encode(), about=b"person 1")
    assert cipher.open(sealed, about=b"person 1").decode() == "김하늘"
    assert "김하늘".encode() not in sealed
    assert cipher.seal(b"x", about=b"a") != cipher.seal(b"x", about=b"a")


def test_a_sealed_text_belongs_to_one_thing_and_one_purpose() -> None:
    keys = Keyring(SECRET)
    sealed = keys.cipher("names").seal(b"x", about=b"person 1")
    with pytest.raises(Unreadable):
        keys.cipher("names").open(sealed, about=b"person 2")
    with pytest.raises(Unreadable):
        keys.cipher("phones").open(sealed, about=b"person 1")


def test_a_changed_byte_anywhere_is_noticed() -> None:
    cipher = Keyring(SECRET).cipher("names")
    sealed = cipher.seal(b"hello", about=b"a")
    for place in range(len(sealed)):
        changed = bytes([*sealed[:place], sealed[place] ^ 1, *sealed[place + 1 :]])
        with pytest.raises(Unreadable):
            cipher.open(changed, about=b"a")
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            cipher.open(sealed[:length], about=b"a")


def test_a_new_secret_reads_what_the_old_one_wrote_and_writes_with_the_new() -> None:
    before = Keyring(OLDER).cipher("names")
    after = Keyring(SECRET, OLDER).cipher("names")
    assert after.open(before.seal(b"old", about=b"a"), about=b"a") == b"old"
    with pytest.raises(Unreadable):
        before.open(after.seal(b"new", about=b"a"), about=b"a")


def test_hashes_need_the_key() -> None:
    one, two = KeyedHash(derive(SECRET, purpose="a")), KeyedHash(derive(SECRET, purpose="b"))
    assert one.of("knu") == one.of(b"knu") != two.of("knu")
    assert len(one.of("")) == 32


@pytest.mark.parametrize("length", [0, 32, 64, 65, 200])
def test_a_keyed_hash_is_the_hmac_of_rfc_2104(length: int) -> None:
    key = bytes(range(length))
    hashed = KeyedHash(key)
    for value in (b"", b"x", bytes(1000)):
        assert hashed.of(value) == hmac.digest(key, value, "sha256")


def test_keys_are_derived_as_rfc_5869_says() -> None:
    extracted = hmac.digest(bytes(32), SECRET, "sha256")
    assert derive(SECRET, purpose="names") == hmac.digest(extracted, b"hustar/names\x01", "sha256")


def test_development_makes_a_secret_once(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    assert keyring(settings).key("a") == keyring(settings).key("a")
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert keyring(load_settings(data=tmp_path / "other")).key("a") != keyring(settings).key("a")


def test_of_many_that_make_a_secret_at_once_one_wins(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        kept = set(pool.map(lambda number: keep_once(tmp_path / "x" / "secret", str(number).encode()), range(64)))
    assert len(kept) == 1
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["secret"]


def test_a_given_secret_is_used_and_kept_nowhere(tmp_path: Path) -> None:
    settings: Settings = load_settings(data=tmp_path, secret="s" * 40)
    assert keyring(settings).key("a") == Keyring(SECRET).key("a")
    assert list(tmp_path.iterdir()) == []


def test_a_short_key_is_no_key() -> None:
    with pytest.raises(ValueError, match="key must be"):
        Cipher(b"short")
