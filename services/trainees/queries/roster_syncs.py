"""Roster syncs as they went, and their rejected rows as a file for Excel."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.domain.roster_row import MESSAGES
from services.trainees.tables import Outcome, RosterOutcome, RosterSync, SyncState
from shared.db import ReadSession
from shared.i18n import Language, translate

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class RowProblem:
    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RowFate:
    line: int
    outcome: Outcome
    enrolment_id: UUID | None
    changes: Sequence[str]
    problems: Sequence[RowProblem]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """A sync with the fate of every row, in the order of the file, in the reader's language."""

    id: UUID
    university_id: UUID
    cohort_id: UUID
    state: SyncState
    created_at: datetime
    counts: Mapping[Outcome, int]
    rows: Sequence[RowFate]


def report(session: ReadSession, sync: RosterSync, *, language: Language) -> SyncReport:
    """What became of a roster."""
    return SyncReport(
        id=sync.id,
        university_id=sync.university_id,
        cohort_id=sync.cohort_id,
        state=sync.state,
        created_at=sync.created_at,
        counts={outcome: getattr(sync, outcome.value) for outcome in Outcome},
        rows=[_fate(row, language) for row in _rows(session, sync.id)],
    )


def errors_csv(session: ReadSession, sync: RosterSync) -> bytes:
    """The rejected rows for Excel: UTF-8 with BOM, one line per problem, without any value of the roster."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(("line", "column", "code", "message_ko", "message_en"))
    for row in _rows(session, sync.id, only=Outcome.REJECTED):
        for problem in row.problems:
            texts = [_text(problem, language) for language in ("ko", "en")]
            writer.writerow([row.line, *map(harmless, (str(problem["column"]), str(problem["code"]), *texts))])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return "'" + cell if cell.startswith(_FORMULA) else cell


def _rows(session: ReadSession, sync_id: UUID, *, only: Outcome | None = None) -> Sequence[RosterOutcome]:
    statement = select(RosterOutcome).where(col(RosterOutcome.sync_id) == sync_id).order_by(col(RosterOutcome.line))
    if only is not None:
        statement = statement.where(col(RosterOutcome.outcome) == only)
    return session.scalars(statement).all()


def _fate(row: RosterOutcome, language: Language) -> RowFate:
    problems = [RowProblem(str(each["column"]), str(each["code"]), _text(each, language)) for each in row.problems]
    return RowFate(row.line, row.outcome, row.enrolment_id, row.changes, problems)


def _text(problem: Mapping[str, str | int | None], language: Language) -> str:
    return translate(MESSAGES[str(problem["code"])], language, {"line": problem["line"]})
