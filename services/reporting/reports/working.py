"""Makes the reports that people wait for elsewhere, one after the other, beside whatever else waits for the outside."""

from functools import partial
from hashlib import sha256
from typing import Any, Final

import structlog

from services.reporting.commands.makings import forget_makings, keep_made, note_failed, note_progress, take_making
from services.reporting.queries.makings import due_making
from services.reporting.reports.asking import ReportFormat, Wish, members, wish
from services.reporting.reports.making import Made, make
from services.reporting.tables import Making
from shared import clock
from shared.db import Database
from shared.errors import Refused, Unavailable
from shared.i18n import Language

log = structlog.get_logger()
_FEW_ATTEMPTS: Final = 3


def make_next(db: Database) -> bool:
    """Make the report that was asked for first, and say whether there was one. On several machines each has its own."""
    at = clock.now()
    with db.read() as session:
        due = due_making(session, at=at)
    if due is None:
        return False
    if not db.run(partial(take_making, making_id=due.id, at=at)):
        return True
    try:
        wished, made = _made(db, due)
    except Unavailable as refused:
        # What draws or prints was busy or died: whoever has it next, when its lease has run out, may fare better.
        log.warning("report_not_made", making=str(due.id), problem=refused.code, attempts=due.attempts + 1)
        if due.attempts + 1 >= _FEW_ATTEMPTS:
            db.run(partial(note_failed, making_id=due.id, problem=refused.code))
        return True
    except Refused as refused:
        db.run(partial(note_failed, making_id=due.id, problem=refused.code))
        return True
    file = {"content": made.data, "filename": made.filename, "checksum": made.checksum}
    issue = issue_note(wished, ReportFormat(due.format), made, language=_language(due), by=due.by)
    db.run(partial(keep_made, making_id=due.id, file=file, issue=issue))
    return True


def forget_old_makings(db: Database) -> int:
    """Files that were kept long enough are gone; how many. Safe to run twice, anywhere."""
    return db.run(forget_makings)


def issue_note(wished: Wish, kind: ReportFormat, made: Made, *, language: Language, by: str) -> dict[str, Any]:
    """What is remembered of a file that is given out, by its SHA-256."""
    asked = {"period": wished.period, "as_of": wished.as_of.isoformat(), "known_at": wished.known_at.isoformat()}
    return {
        "sha256": sha256(made.data).hexdigest(),
        "by": by,
        "plan": wished.framework,
        "format": str(kind),
        "checksum": made.checksum,
        "asked": {**asked, "filters": wished.filters, "language": language},
    }


def _made(db: Database, due: Making) -> tuple[Wish, Made]:
    def tell(progress: int) -> None:
        db.run(partial(note_progress, making_id=due.id, progress=progress))

    with db.read() as session:
        asked: dict[str, Any] = {"period": due.period, "as_of": due.as_of, "known_at": due.known_at}
        wished = wish(session, due.plan, **asked, only=members(due.filters))
        return wished, make(session, wished, ReportFormat(due.format), _language(due), at=tell)


def _language(due: Making) -> Language:
    return "ko" if due.language == "ko" else "en"
