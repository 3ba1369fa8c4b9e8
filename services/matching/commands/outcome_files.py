"""Files that came in: each row has its fate, and none keeps another from its own."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar
from uuid import UUID

from services.matching.domain.row_outcomes import FileKind, RowResult
from services.matching.tables import OutcomeFile, OutcomeFileRow
from shared.auth.actor import Actor
from shared.db import WriteSession
from shared.db.bulk import bulk_insert

T = TypeVar("T")
AT_ONCE: Final = 1000
MOST_ROWS: Final = 10_000
"""Of a file that is worked on within one request, and so within one transaction."""

_COLUMNS: Final = ("file_id", "line", "outcome", "code", "column", "placement_id")


def keep_file(
    session: WriteSession, kind: FileKind, results: Iterable[RowResult], *, university_id: UUID | None, by: Actor
) -> OutcomeFile:
    """Keep how the rows of a file fared."""
    found = sorted(results, key=lambda result: result.line)
    counts = Counter(result.outcome.value for result in found)
    file = OutcomeFile(kind=kind, university_id=university_id, actor=by.subject, counts=dict(counts))
    session.add(file)
    session.flush()
    rows = [(file.id, each.line, each.outcome, each.code, each.column, each.placement_id) for each in found]
    bulk_insert(session, OutcomeFileRow.__table__, _COLUMNS, rows)  # type: ignore[attr-defined]
    return file


def in_chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Some hundred rows at a time: a few statements for each, whatever the file's size."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
