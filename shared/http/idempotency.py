"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07): the same request again gets the first answer again.

The answer is stored in the transaction that made it true, encrypted, and kept for a day. A refused request changed
nothing and stores nothing: repeated, it is tried again.
"""

import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlalchemy import Column, Connection, LargeBinary, MetaData, Row, SmallInteger, String, Table, delete
from starlette.requests import Request

from shared.clock import now
from shared.crypto import Cipher
from shared.db import Database, WriteSession
from shared.db.types import UTCDateTime
from shared.http.refusals import (
    IdempotencyKeyInUse,
    IdempotencyKeyMalformed,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
)
from shared.personal_data import looks_like_resident_number

KEPT_FOR: Final = timedelta(hours=24)
REPLAYED: Final = "Idempotency-Replayed"
_KEPT_HEADERS: Final = frozenset({"location", "etag", "content-type", "content-disposition", "link", "retry-after"})
_KEY: Final = re.compile(r'"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e][\x21-\x7e]{0,254})')

idempotency_key: Final = Table(
    "idempotency_key",
    MetaData(),
    Column("subject", String(200), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("created_at", UTCDateTime, nullable=False, index=True),
)
# By hand and in as few round trips as can be: every POST pays for them. On PostgreSQL the claim and the look-up are one
# statement; should the other submission commit between the statement's snapshot and its lock, `keep` notices.
_FIND_ON_POSTGRES: Final = """
    SELECT pg_try_advisory_xact_lock(%s) AS free, kept.fingerprint, kept.status, kept.answer
    FROM (SELECT 1) AS here LEFT JOIN idempotency_key AS kept ON kept.subject = %s AND kept.key = %s
"""
_FIND_ON_SQLITE: Final = "SELECT 1 AS free, fingerprint, status, answer FROM idempotency_key WHERE subject = ? AND key = ?"
_KEEP: Final = "INSERT INTO idempotency_key (subject, key, fingerprint, status, answer, created_at) VALUES ({})"
_KEEP_ON_POSTGRES: Final = _KEEP.format("%s, %s, %s, %s, %s, %s") + " ON CONFLICT DO NOTHING"
_KEEP_ON_SQLITE: Final = _KEEP.format("?, ?, ?, ?, ?, ?")


def idempotency_table(metadata: MetaData) -> Table:
    """Make the table part of a service's own metadata, so that its migrations carry it."""
    return idempotency_key.to_metadata(metadata)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with, complete before the transaction commits."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """One request under its key. `about` ties the stored answer to subject and key."""

    subject: str
    key: str
    fingerprint: bytes

    @property
    def name(self) -> str:
        return f"idempotency:{self.subject}:{self.key}"

    @property
    def about(self) -> bytes:
        return self.name.encode()


def key_of(header: str | None) -> str:
    """The key, given as a structured-field string or bare. Raises IdempotencyKeyRequired, IdempotencyKeyMalformed."""
    if header is None:
        raise IdempotencyKeyRequired
    match = _KEY.fullmatch(header.strip())
    if match is None or looks_like_resident_number(header):
        raise IdempotencyKeyMalformed
    return match[1] or match[2]


def fingerprint(request: Request, body: bytes) -> bytes:
    """SHA-256 over what makes a request the same one: method, path and query, content type and body."""
    query = request.scope.get("query_string", b"")
    kind = request.headers.get("content-type", "").encode("latin-1")
    path = request.url.path.encode()
    return sha256(b"\0".join((request.method.encode(), path, query, kind, body))).digest()


class Submissions:
    """The stored answers of one service."""

    def __init__(self, db: Database, cipher: Cipher) -> None:
        self._db = db
        self._cipher = cipher

    @contextmanager
    def alone_here(self, submission: Submission) -> Iterator[None]:
        """Keep other threads of this process off the submission, before any of them waits for the database."""
        with self._db.claim_in_process(submission.name) as free:
            if not free:
                raise IdempotencyKeyInUse
            yield

    def earlier(self, session: WriteSession, submission: Submission) -> Answer | None:
        """The stored answer, if there is one. Raises IdempotencyKeyReused, and IdempotencyKeyInUse for other processes."""
        row = self._find(session.connection(), submission)
        if row is not None and not row.free:
            raise IdempotencyKeyInUse
        if row is None or row.fingerprint is None:
            return None
        if not hmac.compare_digest(bytes(row.fingerprint), submission.fingerprint):
            raise IdempotencyKeyReused
        head, _, body = self._cipher.open(bytes(row.answer), about=submission.about).partition(b"\n")
        return Answer(row.status, body, {**orjson.loads(head), REPLAYED: "true"})

    def _find(self, connection: Connection, submission: Submission) -> Row[Any] | None:
        if self._db.engine_name == "postgresql":
            lock = int.from_bytes(sha256(submission.about).digest()[:8], signed=True)
            return connection.exec_driver_sql(_FIND_ON_POSTGRES, (lock, submission.subject, submission.key)).first()
        return connection.exec_driver_sql(_FIND_ON_SQLITE, (submission.subject, submission.key)).first()

    def keep(self, session: WriteSession, submission: Submission, answer: Answer) -> None:
        """Store the answer in the transaction that it tells of. Raises IdempotencyKeyInUse when there is one by now."""
        kept = {name: value for name, value in answer.headers.items() if name.lower() in _KEPT_HEADERS}
        sealed = self._cipher.seal(orjson.dumps(kept) + b"\n" + answer.body, about=submission.about)
        on_postgres = self._db.engine_name == "postgresql"
        instant = now() if on_postgres else f"{now():%Y-%m-%d %H:%M:%S.%f}"
        values = (submission.subject, submission.key, submission.fingerprint, answer.status, sealed, instant)
        stored = session.connection().exec_driver_sql(_KEEP_ON_POSTGRES if on_postgres else _KEEP_ON_SQLITE, values)
        if stored.rowcount != 1:
            raise IdempotencyKeyInUse


def forget_old_answers(session: WriteSession) -> int:
    """Delete the answers that are older than a day and return how many."""
    old = delete(idempotency_key).where(idempotency_key.c.created_at < now() - KEPT_FOR)
    return session.connection().execute(old).rowcount
