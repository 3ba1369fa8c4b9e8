"""Files of positions: what became of their lines, in the reader's language, and as files again."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.employers.domain.importing import COLUMNS
from services.employers.queries.visibility import companies_of
from services.employers.tables import Company
from services.employers.tables.imports import PositionImport, PositionImportPart
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.i18n import Language, translate
from shared.spreadsheets.writing import to_csv, to_xlsx

IMPORT = N_("file of positions")
MOST_SHOWN = 1_000


def position_import(session: ReadSession, import_id: UUID, *, by: Actor, lock: bool = False) -> PositionImport:
    """Raises NotFound."""
    own = col(PositionImport.company_id).in_(select(Company.id).where(companies_of(by)))
    statement = select(PositionImport).where(PositionImport.id == import_id, own)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.exec(statement).first()
    if found is None:
        raise NotFound(IMPORT)
    return found


def import_report(session: ReadSession, found: PositionImport, language: Language) -> dict[str, Any]:
    """What became of every line, and how many went which way. Of a file of many, only the first lines that were rejected."""
    told = found.model_dump(exclude={"lines", "by", "attempts"})
    if not _in_parts(found):
        lines = [_line(each, language) for each in found.lines]
        rejected = sum(1 for each in lines if each["errors"])
        return {
            **told, "total": len(lines), "ready": len(lines), "lines": lines, "accepted": len(lines) - rejected,
            "rejected": rejected,
        }  # fmt: skip
    wrong = (_line(each, language) for each in stored_lines(session, found) if each["errors"])
    return {**told, "lines": list(islice(wrong, MOST_SHOWN)), "rejected": found.ready - found.accepted}


def stored_lines(session: ReadSession, found: PositionImport) -> Iterator[dict[str, Any]]:
    """All lines of a file, in their order."""
    if not _in_parts(found):
        yield from found.lines
        return
    parts = select(PositionImportPart.lines).where(PositionImportPart.import_id == found.id)
    for lines in session.exec(parts.order_by(col(PositionImportPart.number)).execution_options(yield_per=10)):
        yield from lines


def _in_parts(found: PositionImport) -> bool:
    return found.total > 0 and not found.lines


def _line(stored: dict[str, Any], language: Language) -> dict[str, Any]:
    errors = [
        {
            "column": each["pointer"].strip("/"),
            "code": each["code"],
            "message": translate(each["message"], language, each["params"]),
        }
        for each in stored["errors"]
    ]
    said = stored["said"]
    return {
        "line": stored["line"], "title": said.get("title"), "seats": said.get("seats"), "errors": errors,
        "position_id": stored["position_id"],
    }  # fmt: skip


def import_errors(session: ReadSession, found: PositionImport) -> bytes:
    """The lines that were rejected, for Excel: line, column, code, and the reason in both languages."""
    rows = [
        [
            each["line"],
            error["pointer"].strip("/"),
            error["code"],
            *(translate(error["message"], language, error["params"]) for language in ("ko", "en")),
        ]
        for each in stored_lines(session, found)
        for error in each["errors"]
    ]
    return to_csv(["줄 line", "열 column", "코드 code", "사유", "reason"], rows)


def template(*, xlsx: bool, language: Language) -> bytes:
    """An empty file with the names of all columns and an example."""
    header = [korean if language == "ko" else english for korean, english, _ in COLUMNS.values()]
    example = [sample for _, _, sample in COLUMNS.values()]
    return to_xlsx(header, [example]) if xlsx else to_csv(header, [example])
