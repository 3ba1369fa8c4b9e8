"""Personal data between its plain and its stored form: sealed for the person it is about, found by keyed hashes."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.trainees.domain.persons import PersonData, content_of, identity_of, letters
from services.trainees.domain.resolution import Told
from services.trainees.tables import PersonRecord
from shared.crypto import Cipher, KeyedHash
from shared.db import ReadSession


def _cipher(session: ReadSession) -> Cipher:
    cipher = session.info["cipher"]
    assert isinstance(cipher, Cipher)
    return cipher


def _keyed_hash(session: ReadSession) -> KeyedHash:
    keyed_hash = session.info["keyed_hash"]
    assert isinstance(keyed_hash, KeyedHash)
    return keyed_hash


def seal(session: ReadSession, text: str, *, about: UUID | str, field: str) -> bytes:
    """`text` so that only we can read it, and only as this field of this thing."""
    return _cipher(session).seal(text.encode(), about=f"{about}:{field}".encode())


def seal_bytes(session: ReadSession, content: bytes, *, about: UUID | str, field: str) -> bytes:
    """The same for what is no text."""
    return _cipher(session).seal(content, about=f"{about}:{field}".encode())


def unseal_bytes(session: ReadSession, sealed: bytes, *, about: UUID | str, field: str) -> bytes:
    """What `seal_bytes` was given. Raises Unreadable."""
    return _cipher(session).open(sealed, about=f"{about}:{field}".encode())


def unseal(session: ReadSession, sealed: bytes, *, about: UUID | str, field: str) -> str:
    """What `seal` was given. Raises Unreadable."""
    return _cipher(session).open(sealed, about=f"{about}:{field}".encode()).decode()


def hashes(session: ReadSession, person: PersonData) -> tuple[bytes, bytes]:
    """What finds a person by name, birth date and telephone, and what says at once whether a record brings anything new."""
    hashed = _keyed_hash(session)
    return hashed.of("identity\x1f" + identity_of(person)), hashed.of("content\x1f" + content_of(person))


def keyed(session: ReadSession) -> KeyedHash:
    """For hashes by the ten thousand, also after the session's end."""
    return _keyed_hash(session)


def hash_of(session: ReadSession, text: str) -> bytes:
    """What finds `text` again without storing it. Callers put in front what kind of text it is."""
    return _keyed_hash(session).of(text)


def number_hash(session: ReadSession, university_id: UUID | str, student_no: str) -> bytes:
    """What finds a university's student number."""
    return hash_of(session, f"student_no\x1f{university_id}\x1f{student_no}")


def finding_hashes(session: ReadSession, person: PersonData) -> tuple[bytes, bytes, bytes]:
    """What finds persons by one thing known of them: name, birth date, telephone number."""
    born = person.birth_date.isoformat()
    return name_hash(session, person.name), birth_hash(session, born), phone_hash(session, person.phone)


def name_hash(session: ReadSession, name: str) -> bytes:
    return _keyed_hash(session).of("name\x1f" + letters(name))


def birth_hash(session: ReadSession, born: str) -> bytes:
    return _keyed_hash(session).of("birth_date\x1f" + born)


def phone_hash(session: ReadSession, phone: str) -> bytes:
    return _keyed_hash(session).of("phone\x1f" + phone)


def trace_hash(session: ReadSession, text: str | bytes) -> bytes:
    """By what something is known again of which everything else was destroyed."""
    return _keyed_hash(session).of(b"erased\x1f" + (text.encode() if isinstance(text, str) else text))


def told(session: ReadSession, university_id: UUID | str, person: PersonData, *, student_no: str | None, line: int = 0) -> Told:
    """A record of a university with the hashes that find its person."""
    number = number_hash(session, university_id, student_no) if student_no is not None else None
    return Told(line, person, student_no, *hashes(session, person), number)


def sealed(session: ReadSession, person_id: UUID, person: PersonData) -> tuple[bytes, bytes, bytes, bytes | None]:
    """What we know of a person as it is stored: name, birth date, telephone, e-mail."""
    seal_, about = _cipher(session).seal, str(person_id).encode()  # as `seal` does it: of a first roster, ten thousands
    return (
        seal_(person.name.encode(), about=about + b":name"),
        seal_(person.birth_date.isoformat().encode(), about=about + b":birth_date"),
        seal_(person.phone.encode(), about=about + b":phone"),
        seal_(person.email.encode(), about=about + b":email") if person.email is not None else None,
    )


def opened(session: ReadSession, record: PersonRecord | Row[Any]) -> PersonData:
    """What a person's record says. Raises Unreadable."""
    about = record.person_id
    return PersonData(
        name=unseal(session, record.name, about=about, field="name"),
        birth_date=date.fromisoformat(unseal(session, record.birth_date, about=about, field="birth_date")),
        phone=unseal(session, record.phone, about=about, field="phone"),
        email=unseal(session, record.email, about=about, field="email") if record.email is not None else None,
    )
