"""Leaves out of a file the rows that are known word for word: of a nightly roster nearly all."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select, update

from services.trainees.queries.roster.matching_rows import saying_what_is_held
from services.trainees.tables import RosterEntry, RosterRow, RosterSame, RosterSync, rows_of
from shared.db import WriteSession
from shared.db.bulk import bulk_insert, joined_whole


class Known:
    """The rows that need not be read, by fingerprint their enrolments' ids. Looked up while the file is being taken apart.

    `basis` is what was held just before: as long as it is, the rows still say what is held.
    """

    def __init__(self, look_up: Callable[[], tuple[str, dict[bytes, bytes]]]) -> None:
        self._look_up = look_up
        self._found: dict[bytes, bytes] | None = None
        self.basis: str | None = None

    def found(self) -> dict[bytes, bytes]:
        """All of them."""
        if self._found is None:
            self.basis, self._found = self._look_up()
        return self._found

    def forget(self, fingerprints: Iterable[bytes]) -> None:
        """Have these rows read after all."""
        for fingerprint in fingerprints:
            self.found().pop(fingerprint, None)


class Recognising:
    """Chooses which rows of a file are read.

    `twice` are the fingerprints that came more than once: such rows have to be read, all of them.
    """

    def __init__(self, fingerprint: Callable[[bytes], bytes], known: Known) -> None:
        self._fingerprint = fingerprint
        self._known = known
        self._seen: set[bytes] = set()
        self._waiting: list[tuple[int, bytes]] = []
        self.twice: set[bytes] = set()

    def choose(self, lines: Sequence[int], digests: Sequence[bytes]) -> list[int]:
        """The places of the rows that have to be read."""
        places = []
        known, seen, waiting = self._known.found(), self._seen, self._waiting
        for place, fingerprint in enumerate(map(self._fingerprint, digests)):
            enrolment_id = known.get(fingerprint)
            if enrolment_id is None:
                places.append(place)
            elif fingerprint in seen:
                self.twice.add(fingerprint)
            else:
                seen.add(fingerprint)
                waiting.append((lines[place], enrolment_id))
        return places

    @property
    def waiting(self) -> int:
        """How many were recognised and not stored yet."""
        return len(self._waiting)

    @property
    def count(self) -> int:
        """How many were recognised."""
        return len(self._seen)

    def store(self, session: WriteSession, sync_id: UUID) -> None:
        """Store those that were recognised since the last time."""
        sync = sync_id.bytes
        rows = ((sync, line, enrolment_id) for line, enrolment_id in self._waiting)
        bulk_insert(session, rows_of(RosterSame), ("sync_id", "line", "enrolment_id"), rows)
        self._waiting = []


def remember_fingerprints(session: WriteSession, sync: RosterSync) -> None:
    """Keep by what the rows that were read and changed nothing are recognised the next time."""
    same = saying_what_is_held(session, sync).subquery()
    row, entry = rows_of(RosterRow), rows_of(RosterEntry)
    found = (
        select(same.c.enrolment_id, row.c.fingerprint, row.c.number_hash)
        .join(row, (row.c.sync_id == sync.id) & (row.c.line == same.c.line))
        .where(row.c.fingerprint.is_not(None))
        .subquery()
    )
    unlike = entry.c.fingerprint.is_distinct_from(found.c.fingerprint)
    told = {"fingerprint": found.c.fingerprint, "number_hash": found.c.number_hash}
    with joined_whole(session, rows=sync.rows_read - sync.recognised):
        session.execute(update(entry).where(entry.c.enrolment_id == found.c.enrolment_id, unlike).values(told))
