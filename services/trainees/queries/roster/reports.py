"""Roster syncs as they went: state and counts, the fate of every row, who vanished or is held; and files for Excel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, cast, literal, null, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.trainees.domain.roster.lifecycle import Outcome, SyncMode, SyncState
from services.trainees.domain.roster.refusals import FILE_MESSAGES
from services.trainees.domain.roster.rows import MESSAGES
from services.trainees.queries.scope import within
from services.trainees.tables import RosterOutcome, RosterSame, RosterScope, RosterSync, rows_of
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.i18n import Language, translate
from shared.spreadsheets.writing import Cell, to_csv

SHOWN: Final = 2_000  # of a larger sync, the rows stand in a list of their own


@dataclass(frozen=True, slots=True)
class RowProblem:
    column: str
    code: str
    message: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class RowFate:
    line: int
    outcome: Outcome
    enrolment_id: UUID | None
    changes: Sequence[str]
    problems: Sequence[RowProblem]


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why the file as a whole was refused."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """A sync in the reader's language; with the fate of every row, in the order of the file, where that is a handful."""

    id: UUID
    revision: int
    university_id: UUID
    cohort_id: UUID
    cohort_ids: Sequence[UUID]
    mode: SyncMode
    dry_run: bool
    format: str | None
    state: SyncState
    progress: int
    created_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None
    unchanged_forgotten_at: datetime | None
    actor: str
    committed_by: str | None
    rows_read: int
    counts: Mapping[str, int]
    problems: Sequence[FileProblem]
    rows: Sequence[RowFate]


COUNTED: Final = (*(outcome.value for outcome in Outcome), "held", "kept")


def syncs(*, actor: Actor, university_id: UUID | None = None, state: SyncState | None = None) -> Select[Any]:
    """The syncs that the actor may see."""
    statement = within(select(RosterSync), RosterSync.university_id, actor=actor)
    if university_id is not None:
        statement = statement.where(col(RosterSync.university_id) == university_id)
    return statement if state is None else statement.where(col(RosterSync.state) == state)


def reported(session: ReadSession, syncs: Sequence[RosterSync], *, language: Language) -> list[SyncReport]:
    """The syncs without their rows."""
    scopes: dict[UUID, list[UUID]] = {}
    chosen = select(RosterScope).where(col(RosterScope.sync_id).in_([sync.id for sync in syncs]))
    for scope in session.scalars(chosen.order_by(col(RosterScope.cohort_id))):
        scopes.setdefault(scope.sync_id, []).append(scope.cohort_id)
    return [_report(sync, scopes.get(sync.id, [sync.cohort_id]), (), language) for sync in syncs]


def report(session: ReadSession, sync: RosterSync, *, language: Language) -> SyncReport:
    """What became of a roster."""
    few = sync.rows_read <= SHOWN
    rows = [row_fate(row, language=language) for row in session.scalars(outcomes(sync.id))] if few else []
    statement = select(col(RosterScope.cohort_id)).where(col(RosterScope.sync_id) == sync.id)
    scope = list(session.scalars(statement.order_by(col(RosterScope.cohort_id)))) or [sync.cohort_id]
    return _report(sync, scope, rows, language)


def _report(sync: RosterSync, cohort_ids: Sequence[UUID], rows: Sequence[RowFate], language: Language) -> SyncReport:
    return SyncReport(
        id=sync.id,
        revision=sync.revision,
        university_id=sync.university_id,
        cohort_id=sync.cohort_id,
        cohort_ids=cohort_ids,
        mode=sync.mode,
        dry_run=sync.dry_run,
        format=sync.format,
        state=sync.state,
        progress=sync.progress,
        created_at=sync.created_at,
        finished_at=sync.finished_at,
        undone_at=sync.changed_at if sync.state is SyncState.UNDONE else None,
        unchanged_forgotten_at=sync.forgotten_at,
        actor=sync.actor,
        committed_by=sync.committed_by,
        rows_read=sync.rows_read,
        counts={name: getattr(sync, name) for name in COUNTED},
        problems=[
            FileProblem(each["code"], translate(FILE_MESSAGES[each["code"]], language, each["params"])) for each in sync.problems
        ],
        rows=rows,
    )


def _fates() -> Any:
    """The fates of rows: of those that were read, and of those that were recognised and changed nothing."""
    read, same = rows_of(RosterOutcome), rows_of(RosterSame)
    told = {
        "sync_id": same.c.sync_id,
        "line": same.c.line,
        "outcome": literal(Outcome.UNCHANGED, read.c.outcome.type),
        "enrolment_id": same.c.enrolment_id,
        "changes": literal([], read.c.changes.type),
        "problems": literal([], read.c.problems.type),
    }
    columns = [told.get(each.name, cast(null(), each.type)).label(each.name) for each in read.c]
    return union_all(select(read), select(*columns)).subquery("fates")


FATE: Final[Any] = aliased(RosterOutcome, _fates())


def outcomes(sync_id: UUID, *, outcome: Outcome | None = None) -> Select[Any]:
    """The fates of a sync's rows, in the order of the file."""
    statement = select(FATE).where(FATE.sync_id == sync_id)
    if outcome is not None:
        statement = statement.where(FATE.outcome == outcome)
    return statement.order_by(FATE.line)


def row_fate(row: RosterOutcome, *, language: Language) -> RowFate:
    """A row's fate in the reader's language."""
    problems = [
        RowProblem(str(each["column"]), str(each["code"]), _text(each, language), str(each.get("value") or ""))
        for each in row.problems
    ]
    return RowFate(row.line, row.outcome, row.enrolment_id, row.changes, problems)


def errors_csv(session: ReadSession, sync: RosterSync) -> bytes:
    """Everything that was wrong, for Excel: one line per problem, values masked."""
    lines: list[tuple[Cell, ...]] = []
    for each in sync.problems:
        texts = [translate(FILE_MESSAGES[each["code"]], language, each["params"]) for language in ("ko", "en")]
        lines.append(("", "", each["code"], "", *texts))
    for row in session.scalars(outcomes(sync.id)):
        for problem in row.problems:
            texts = [_text(problem, language) for language in ("ko", "en")]
            told = (str(problem["column"]), str(problem["code"]), str(problem.get("value") or ""))
            lines.append((row.line, *told, *texts))
    return to_csv(("line", "column", "code", "value", "message_ko", "message_en"), lines)


def problem_text(code: str, language: Language, line: int | None = None) -> str:
    """What is wrong with a row, in the reader's language."""
    return translate(MESSAGES[code], language, {"line": line})


def _text(problem: Mapping[str, Any], language: Language) -> str:
    return problem_text(str(problem["code"]), language, problem["line"])
