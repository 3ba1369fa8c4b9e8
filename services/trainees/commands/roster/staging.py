"""Puts the rows of a file where they can be compared: hashed, sealed, and marked where they cannot be used."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import bindparam, update

from services.trainees.domain.resolution import Told
from services.trainees.domain.roster.enlisting import CohortNames
from services.trainees.domain.roster.fates import Contradictions, Said
from services.trainees.domain.roster.lifecycle import Outcome
from services.trainees.domain.roster.persons_told import person_list
from services.trainees.domain.roster.rows import Problem, Refused
from services.trainees.domain.roster.rows import RosterRow as RowSaid
from services.trainees.queries.sealing import hash_of, hashes, number_hash, seal_bytes
from services.trainees.tables import Cohort, RosterOutcome, RosterRow, RosterSync, rows_of
from shared.db import ReadSession, WriteSession
from shared.db.bulk import bulk_insert

_ROW: Final = (
    "sync_id", "line", "cohort_id", "number_hash", "identity_hash", "content_hash", "source_hash", "applied_on", "gone",
    "verdict", "content", "fingerprint",
)  # fmt: skip
_REFUSED: Final = ("sync_id", "line", "outcome", "changes", "problems")


class Staging:
    """The rows of one sync on their way in. Holds hashes only, for the contradictions among them."""

    def __init__(
        self, sync_id: UUID, university_id: UUID, cohorts: Iterable[Cohort], fingerprint: Callable[[bytes], bytes] | None = None
    ) -> None:
        self._sync_id = sync_id
        self._university_id = str(university_id)  # made once, not for each row
        self._about = str(sync_id)
        self._fingerprint = fingerprint
        self._cohorts = CohortNames((cohort.id, cohort.code, cohort.ordinal) for cohort in cohorts)
        self._contradictions = Contradictions()
        self.rows = 0
        self.rejected = 0
        self.unidentified = 0

    def prepared(self, session: ReadSession, batch: Iterable[RowSaid | Refused]) -> tuple[list[Any], list[Any]]:
        """Rows to store, and refusals. Needs the session's keys, not its transaction."""
        rows: list[Any] = []
        refused: list[Any] = []
        for said in batch:
            self.rows += 1
            problem = said.problems if isinstance(said, Refused) else None
            cohort_id = None if isinstance(said, Refused) else self._cohorts.find(said.cohort)
            if isinstance(said, RowSaid) and isinstance(cohort_id, str) and not (said.gone and said.source):
                problem = [Problem("cohort", cohort_id)]
            if problem is not None:
                self._refuse(said, problem, refused)
            rows.append(self._row(session, said, cohort_id if isinstance(cohort_id, UUID) else None, problem))
        return rows, refused

    def _refuse(self, said: RowSaid | Refused, problems: list[Problem], refused: list[Any]) -> None:
        self.rejected += 1
        self.unidentified += said.student_no is None
        refused.append((self._sync_id, said.line, Outcome.REJECTED, [], [asdict(each) for each in problems]))

    def _row(self, session: ReadSession, said: RowSaid | Refused, cohort_id: UUID | None, problem: list[Problem] | None) -> Any:
        number = number_hash(session, self._university_id, said.student_no) if said.student_no is not None else None
        verdict = problem[0].code if problem else None
        if isinstance(said, Refused) or said.person is None:
            gone = isinstance(said, RowSaid) and said.gone
            source = None if isinstance(said, Refused) else self._source(session, said)
            return (self._sync_id, said.line, cohort_id, number, None, None, source, None, gone, verdict, None, None)
        record = Told(said.line, said.person, said.student_no, *hashes(session, said.person), number)
        if problem is None:
            day = said.applied_on.isoformat() if said.applied_on is not None else ""
            self._contradictions.add(Said(said.line, cohort_id, number, record.identity, record.content + day.encode()))
        known = self._fingerprint is not None and said.digest is not None and problem is None
        fingerprint = self._fingerprint(said.digest) if known else None  # type: ignore[misc, arg-type]
        content = orjson.dumps([said.student_no, *person_list(said.person), said.gender])
        return (
            self._sync_id, said.line, cohort_id, number, record.identity, record.content, self._source(session, said),
            said.applied_on, False, verdict, seal_bytes(session, content, about=self._about, field=str(said.line)),
            fingerprint,
        )  # fmt: skip

    def _source(self, session: ReadSession, said: RowSaid) -> bytes | None:
        return hash_of(session, f"source\x1f{self._university_id}\x1f{said.source}") if said.source else None

    def store(self, session: WriteSession, rows: list[Any], refused: list[Any]) -> None:
        """Store what was prepared."""
        bulk_insert(session, rows_of(RosterRow), _ROW, rows)
        bulk_insert(session, rows_of(RosterOutcome), _REFUSED, refused)

    def finish(self, session: WriteSession, sync: RosterSync, *, recognised: int = 0) -> None:
        """Refuse the rows that contradict or repeat each other, and count."""
        found = self._contradictions.problems()
        if found:
            self._mark(session, found)
        sync.rows_read, sync.recognised = self.rows + recognised, recognised
        sync.rejected, sync.unidentified = self.rejected + len(found), self.unidentified

    def _mark(self, session: WriteSession, found: Mapping[int, tuple[str, int]]) -> None:
        table = rows_of(RosterRow)
        mine = (table.c.sync_id == self._sync_id) & (table.c.line == bindparam("b_line"))
        verdicts = [{"b_line": line, "b_verdict": code} for line, (code, _) in found.items()]
        session.execute(update(table).where(mine).values(verdict=bindparam("b_verdict")), verdicts)
        refused: list[Any] = [
            (self._sync_id, line, Outcome.REJECTED, [], [asdict(Problem("", code, other))])
            for line, (code, other) in found.items()
        ]
        bulk_insert(session, rows_of(RosterOutcome), _REFUSED, refused)
