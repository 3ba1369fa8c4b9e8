"""Keys change while the service runs: what is sealed is sealed anew in the background, and both keys open it meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.trainees.commands.roster.applying import BEFORE
from services.trainees.commands.roster.entries import TOLD
from services.trainees.commands.roster.receiving import UPLOAD
from services.trainees.tables import (
    Circumstance,
    EligibilityDecision,
    KeptKey,
    PersonCorrection,
    PersonRecord,
    RosterEntry,
    RosterOutcome,
    RosterRow,
    RosterUpload,
    StageStep,
    StudentNumber,
    rows_of,
)
from shared.crypto import Cipher, KeyedHash, Keyring
from shared.db import Database, ReadSession, WriteSession

BATCH: Final = 500
_HASH: Final = "keyed_hash"
_PURPOSE: Final = "personal-data"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table with sealed columns. Each is sealed about `about`, as the field named, in which {line} stands for that column."""

    table: Table
    about: str
    fields: Mapping[str, str]


SEALED: Final[Sequence[Sealed]] = (
    Sealed(rows_of(PersonRecord), "person_id", {name: name for name in ("name", "birth_date", "phone", "email")}),
    Sealed(rows_of(StudentNumber), "person_id", {"number": "student_no"}),
    Sealed(rows_of(StageStep), "enrolment_id", {"note": "note"}),
    Sealed(rows_of(Circumstance), "id", {"value": "value"}),
    Sealed(rows_of(EligibilityDecision), "enrolment_id", {"facts": "facts.{number}"}),
    Sealed(rows_of(RosterUpload), "sync_id", {"content": UPLOAD}),
    Sealed(rows_of(RosterRow), "sync_id", {"content": "{line}"}),
    Sealed(rows_of(RosterOutcome), "sync_id", {"before": f"{BEFORE}:{{line}}"}),
    Sealed(rows_of(RosterEntry), "enrolment_id", {"told": TOLD}),
    Sealed(rows_of(PersonCorrection), "person_id", {"was": "was_{field}"}),
    Sealed(rows_of(KeptKey), "name", {"key": "key"}),
)


def keep_hash_key(database: Database) -> None:
    """Find persons by hashes under one key, whatever secrets come and go: it is kept in the database, sealed like the rest.

    Otherwise a new secret would have to find everybody at once under the old hashes and the new ones.
    """
    keys: Keyring = database.info["keyring"]
    cipher: Cipher = database.info["cipher"]
    table = rows_of(KeptKey)
    about = f"{_HASH}:key".encode()

    def read(session: ReadSession) -> bytes | None:
        return session.scalar(select(table.c.key).where(table.c.name == _HASH))

    def write(session: WriteSession) -> None:
        module: Any = postgresql if database.engine_name == "postgresql" else sqlite
        sealed = cipher.seal(keys.oldest_key(_PURPOSE), about=about)
        session.execute(module.insert(table).values(name=_HASH, key=sealed).on_conflict_do_nothing())

    with database.read() as session:
        kept = read(session)
    if kept is None:
        database.run(write, idempotent=True)
        with database.read() as session:
            kept = read(session)
    assert kept is not None
    database.know(keyed_hash=KeyedHash(cipher.open(kept, about=about)))


def seal_anew(database: Database) -> int:
    """Seal everything with the present key that was sealed with an older one. Returns how many rows that were.

    Safe to run twice, on several machines and to interrupt: rows are taken in batches, each in a transaction of its own.
    """
    total = 0
    for sealed in SEALED:
        while True:
            done = database.run(partial(_batch, database=database, sealed=sealed), idempotent=True)
            total += done
            if done < BATCH:
                break
    return total


def sealed_with_older_keys(session: ReadSession) -> dict[str, int]:
    """How many rows of each table still need an older secret."""
    return {
        each.table.name: session.scalar(select(func.count()).select_from(each.table).where(_older(session, each))) or 0
        for each in SEALED
    }


def _older(session: ReadSession, sealed: Sealed) -> ColumnElement[bool]:
    prefix: bytes = session.info["cipher"].prefix
    columns = [sealed.table.c[name] for name in sealed.fields]
    return or_(*(and_(column.is_not(None), func.substr(column, 1, len(prefix)) != literal(prefix)) for column in columns))


def _batch(session: WriteSession, *, database: Database, sealed: Sealed) -> int:
    with database.claim(session, f"trainees.seal_anew.{sealed.table.name}") as free:
        if not free:
            return 0
        statement = select(sealed.table).where(_older(session, sealed)).limit(BATCH).with_for_update()
        rows = session.execute(statement).mappings().all()
        for row in rows:
            key = [column == row[column.name] for column in sealed.table.primary_key]
            session.execute(update(sealed.table).where(*key).values(**_resealed(session, sealed, dict(row))))
        return len(rows)


def _resealed(session: WriteSession, sealed: Sealed, row: Mapping[str, Any]) -> dict[str, bytes]:
    cipher: Cipher = session.info["cipher"]
    anew = {}
    for column, field in sealed.fields.items():
        text = row[column]
        if text is not None and not cipher.is_current(text):
            about = f"{row[sealed.about]}:{field.format(**row)}".encode()
            anew[column] = cipher.seal(cipher.open(text, about=about), about=about)
    return anew
