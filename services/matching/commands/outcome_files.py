"""Files that came in: each row has its fate, and none keeps another from its own. Long ones are left to the workers."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.matching.commands.jobs import Leased, finish, mine, queue_job
from services.matching.domain.jobs import FEW_ROWS, JobKind, JobState
from services.matching.domain.row_outcomes import FileKind, RowOutcome, RowResult
from services.matching.tables import Job, OutcomeFile, OutcomeFileRow
from shared.auth.actor import Actor
from shared.db import Database, ReadSession, WriteSession
from shared.db.bulk import bulk_insert

T = TypeVar("T")
AT_ONCE: Final = 1000
MOST_ROWS: Final = 100_000
_COLUMNS: Final = ("file_id", "line", "outcome", "code", "column", "placement_id")
_TOOK: Final = (RowOutcome.APPLIED, RowOutcome.UNCHANGED, RowOutcome.DIFFERS)


@dataclass(frozen=True, slots=True)
class Way:
    """How files of one kind are worked on: `read` gives what is rejected at once and the rows to work on; `apply` does some.

    `taken` are the placements that earlier rows of the file spoke of. Both raise BrokenFile.
    """

    kind: FileKind
    read: Callable[[bytes], tuple[list[RowResult], Sequence[Any]]]
    apply: Callable[[WriteSession, Sequence[Any], set[UUID], Actor], Iterable[RowResult]]


def take_file(session: WriteSession, way: Way, content: bytes, *, university_id: UUID | None, by: Actor) -> OutcomeFile:
    """Work on a short file now; keep a long one for the workers, `waiting`. Raises BrokenFile."""
    results, rows = way.read(content)
    few = len(rows) <= FEW_ROWS
    file = OutcomeFile(kind=way.kind, university_id=university_id, actor=by.subject)
    file.state, file.progress = (JobState.DONE, 100) if few else (JobState.WAITING, 0)
    session.add(file)
    session.flush()
    if few:
        taken: set[UUID] = set()
        for chunk in in_chunks(rows):
            results.extend(way.apply(session, chunk, taken, by))
    else:
        queue_job(session, JobKind.FILE, file_id=file.id, content=content, by=by)
    _keep(session, file, results)
    return file


def work_on_file(database: Database, leased: Leased, *, way: Way) -> None:
    """Work on a long file, some hundred rows in each transaction. Raises LeaseLost."""
    assert leased.file_id is not None
    _, rows = way.read(leased.content)
    pieces = list(in_chunks(rows))
    with database.read() as session:
        done, taken = session.get_one(Job, leased.id).done, _taken(session, leased.file_id)
    while done < len(pieces):
        with mine(database, leased) as (session, job):
            file = session.get_one(OutcomeFile, leased.file_id, with_for_update=True)
            _keep(session, file, way.apply(session, pieces[done], taken, leased.actor))
            done += 1
            job.done, job.progress = done, 100 * done // (len(pieces) + 1)
            file.state, file.progress = JobState.RUNNING, job.progress
    with mine(database, leased) as (session, job):
        file = session.get_one(OutcomeFile, leased.file_id, with_for_update=True)
        file.state, file.progress = JobState.DONE, 100
        finish(job)


def in_chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Some hundred rows at a time: a few statements for each, whatever the file's size."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _keep(session: WriteSession, file: OutcomeFile, results: Iterable[RowResult]) -> None:
    """Keep how rows of a file fared beside those before."""
    found = sorted(results, key=lambda result: result.line)
    counts = Counter(file.counts) + Counter(result.outcome.value for result in found)
    file.counts = dict(counts)
    rows = [(file.id, each.line, each.outcome, each.code, each.column, each.placement_id) for each in found]
    bulk_insert(session, OutcomeFileRow.__table__, _COLUMNS, rows)  # type: ignore[attr-defined]


def _taken(session: ReadSession, file_id: UUID) -> set[UUID]:
    known = select(col(OutcomeFileRow.placement_id)).where(
        col(OutcomeFileRow.file_id) == file_id,
        col(OutcomeFileRow.outcome).in_(_TOOK),
        col(OutcomeFileRow.placement_id).is_not(None),
    )
    return {placement_id for placement_id in session.scalars(known) if placement_id is not None}
