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
from typing import Final

import orjson
from sqlalchemy import Column, LargeBinary, MetaData, SmallInteger, String, Table, delete, insert, select
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
_FIND: Final = select(idempotency_key.c.fingerprint, idempotency_key.c.status, idempotency_key.c.answer)


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
    if match is None:
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
        if self._db.engine_name == "postgresql":
            # The lock is the transaction's: leaving the block does not release it.
            with self._db.claim(session, submission.name) as free:
                if not free:
                    raise IdempotencyKeyInUse
        columns = idempotency_key.c
        mine = _FIND.where(columns.subject == submission.subject, columns.key == submission.key)
        row = session.connection().execute(mine).first()
        if row is None:
            return None
        if not hmac.compare_digest(row.fingerprint, submission.fingerprint):
            raise IdempotencyKeyReused
        head, _, body = self._cipher.open(row.answer, about=submission.about).partition(b"\n")
        return Answer(row.status, body, {**orjson.loads(head), REPLAYED: "true"})

    def keep(self, session: WriteSession, submission: Submission, answer: Answer) -> None:
        """Store the answer in the transaction that it tells of."""
        kept = {name: value for name, value in answer.headers.items() if name.lower() in _KEPT_HEADERS}
        sealed = self._cipher.seal(orjson.dumps(kept) + b"\n" + answer.body, about=submission.about)
        session.connection().execute(
            insert(idempotency_key).values(
                subject=submission.subject,
                key=submission.key,
                fingerprint=submission.fingerprint,
                status=answer.status,
                answer=sealed,
                created_at=now(),
            )
        )


def forget_old_answers(session: WriteSession) -> int:
    """Delete the answers that are older than a day and return how many."""
    old = delete(idempotency_key).where(idempotency_key.c.created_at < now() - KEPT_FOR)
    return session.connection().execute(old).rowcount
