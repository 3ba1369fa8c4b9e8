"""What the worker does with files of many positions: looks at them, and writes them down, part by part.

A part is one transaction, and the lock of its file is what keeps other workers off: whatever kills one, the next goes on.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.employers import queries
from services.employers.commands.importing import draft_of, import_drafts, judged, stored
from services.employers.tables.imports import ImportState, PositionImport, PositionImportPart
from shared.auth.actor import Actor, Role
from shared.db import Database, WriteSession

_MOST_ATTEMPTS: Final = 3
_WORK: Final = (ImportState.READING, ImportState.WRITING)
_NEXT: Final = {ImportState.READING: ImportState.PREVIEW, ImportState.WRITING: ImportState.DONE}
_BEFORE: Final = {ImportState.READING: ImportState.READING, ImportState.WRITING: ImportState.PREVIEW}


def work_on_imports(database: Database) -> bool:
    """Deal with one part of one file. False when none waits."""
    with database.read() as session:  # asked several times a second: whoever writes is not kept waiting for that
        waiting = session.scalars(select(col(PositionImport.id)).where(col(PositionImport.state).in_(_WORK)).limit(1)).first()
    if waiting is None:
        return False
    try:
        return database.run(_work)
    except Exception:
        database.run(lambda session: _count_attempt(session, waiting))
        raise


def _work(session: WriteSession) -> bool:
    statement = select(PositionImport).where(col(PositionImport.state).in_(_WORK)).order_by(col(PositionImport.created_at))
    found = session.scalars(statement.limit(1).with_for_update(skip_locked=True)).first()
    if found is None:
        return False
    before, after = _BEFORE[found.state], _NEXT[found.state]
    parts = select(PositionImportPart).where(
        col(PositionImportPart.import_id) == found.id, col(PositionImportPart.stage) == before
    )
    part = session.scalars(parts.order_by(col(PositionImportPart.number)).limit(1)).first()
    if part is None:
        found.state = after
    else:
        _deal_with(session, found, part)
        part.stage, found.attempts = after, 0
    found.version += 1
    return True


def _deal_with(session: WriteSession, found: PositionImport, part: PositionImportPart) -> None:
    # Who sent the file, or had it written down, was allowed to: that was asked when they did.
    by = Actor(found.by, frozenset({Role.ADMIN}))
    company, known = queries.company(session, found.company_id, by=by), queries.taxonomy(session)
    drafts = [draft_of(line) for line in part.lines]
    if found.state is ImportState.READING:
        fates = judged(session, company, drafts, taxonomy=known)
    else:
        fates = import_drafts(session, company, drafts, taxonomy=known, by=by)
    part.lines = [stored(fate) for fate in fates]
    found.ready += len(fates)
    found.accepted += sum(not fate.errors for fate in fates)


def _count_attempt(session: WriteSession, import_id: UUID) -> None:
    """What stops every worker that touches it must not stop all work."""
    found = session.get_one(PositionImport, import_id, with_for_update=True)
    found.attempts += 1
    if found.attempts >= _MOST_ATTEMPTS:
        found.state, found.version = ImportState.FAILED, found.version + 1
