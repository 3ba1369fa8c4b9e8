"""Positions come in files: looked at line by line first, written down when somebody says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final
from uuid import UUID

from services.employers import queries
from services.employers.commands.drafting import checked_draft, store_draft
from services.employers.domain.importing import COLUMNS, Draft, places, read_line
from services.employers.domain.positions import PositionKind
from services.employers.domain.seats import SeatOrigin
from services.employers.tables import Company
from services.employers.tables.imports import ImportState, PositionImport, PositionImportPart
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.errors import N_, Conflict, FieldError
from shared.personal_data import looks_like_resident_number
from shared.skills import Taxonomy
from shared.spreadsheets.archive import Archive
from shared.spreadsheets.csv_sheet import csv_sheet
from shared.spreadsheets.refusals import BrokenFile, broken
from shared.spreadsheets.sheets import Sheet
from shared.spreadsheets.xlsx_sheet import xlsx_sheet
from shared.text import has_forbidden_character
from shared.versions import check_version

MOST_LINES: Final = 20_000
AT_ONCE: Final = 1_000  # a file of more is the worker's
_IN_A_PART: Final = 100
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_TOO_MANY: Final = N_("A file may have {most} positions at most.")
_UNFIT: Final = {
    "control_character": N_("Holds a character that no text may hold."),
    "resident_number": N_("Holds a resident registration number."),
}


class ImportDone(Conflict):
    code = "import_done"
    title = N_("The file was taken in already")
    detail = N_("The positions of this file were written down already. Send the file again for more.")


class StillReading(Conflict):
    code = "import_not_ready"
    title = N_("The file has not been looked at yet")
    detail = N_("What would become of its lines is still being found out. Wait for the preview.")


@dataclass(slots=True)
class Fate:
    """What becomes of a line: a position, once it is written down, or what is wrong."""

    line: int
    said: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)
    position_id: UUID | None = None


def read_drafts(content: bytes) -> list[Draft]:
    """What the lines of a CSV or XLSX file say. Raises BrokenFile for a file that cannot be used as a whole."""
    sheet = _sheet(content)
    columns, errors = places(sheet.header)
    if errors:
        raise BrokenFile(*errors)
    drafts: list[Draft] = []
    for line in sheet.lines:
        if len(drafts) == MOST_LINES:
            raise BrokenFile(FieldError("", "too_many_lines", _TOO_MANY, {"most": MOST_LINES}))
        unfit = _unfit(line.cells)
        drafts.append(read_line(line, columns) if unfit is None else Draft(line.number, errors=[unfit]))
    return drafts


def _sheet(content: bytes) -> Sheet:
    if content.startswith(_OLD_OFFICE):
        raise broken("old_excel")
    return xlsx_sheet(Archive(content)) if content.startswith(b"PK") else csv_sheet(content)


def _unfit(cells: Sequence[str]) -> FieldError | None:
    if any(has_forbidden_character(cell) for cell in cells):
        return FieldError("", "control_character", _UNFIT["control_character"])
    if any(looks_like_resident_number(cell) for cell in cells):
        return FieldError("", "resident_number", _UNFIT["resident_number"])
    return None


def preview_import(session: WriteSession, company_id: UUID, content: bytes, *, by: Actor) -> PositionImport:
    """Look at a file of a company's positions, and keep what it says; of many lines the worker looks at what they say.

    Raises NotFound, BrokenFile.
    """
    company = queries.company(session, company_id, by=by)
    drafts = read_drafts(content)
    if len(drafts) > AT_ONCE:
        return keep_parts(session, company, [stored(Fate(each.line, each.said, each.errors)) for each in drafts], by=by)
    fates = judged(session, company, drafts, taxonomy=queries.taxonomy(session))
    found = PositionImport(company_id=company.id, by=by.subject, lines=[stored(fate) for fate in fates], total=len(fates))
    session.add(found)
    return found


def commit_import(session: WriteSession, import_id: UUID, *, expected: int | None, by: Actor) -> PositionImport:
    """Write down every position of a file with which nothing is wrong by now; of many lines the worker does.

    Raises NotFound, Stale, ImportDone, StillReading.
    """
    found = queries.position_import(session, import_id, by=by, lock=True)
    check_version(found, expected)
    if found.state in {ImportState.DONE, ImportState.WRITING}:
        raise ImportDone
    if found.state is not ImportState.PREVIEW:
        raise StillReading
    if found.total > AT_ONCE:
        found.state, found.ready, found.accepted, found.by = ImportState.WRITING, 0, 0, by.subject
        found.version, found.attempts = found.version + 1, 0
        return found
    company = queries.company(session, found.company_id, by=by)
    drafts = [draft_of(each) for each in found.lines]
    fates = import_drafts(session, company, drafts, taxonomy=queries.taxonomy(session), by=by)
    found.lines = [stored(fate) for fate in fates]
    found.state, found.version = ImportState.DONE, found.version + 1
    return found


def judged(session: ReadSession, company: Company, drafts: Sequence[Draft], *, taxonomy: Taxonomy) -> list[Fate]:
    """What would become of each line. Nothing is written."""
    return [Fate(draft.line, draft.said, _errors(session, company, draft, taxonomy)) for draft in drafts]


def import_drafts(
    session: WriteSession, company: Company, drafts: Sequence[Draft], *, taxonomy: Taxonomy, by: Actor
) -> list[Fate]:
    """Write down those with which nothing is wrong; the others come back with what is."""
    fates = []
    for draft in drafts:
        fate = Fate(draft.line, draft.said, list(draft.errors))
        if not fate.errors:
            position, fate.errors = checked_draft(session, company, taxonomy=taxonomy, **draft.said)
            if not fate.errors:
                store_draft(session, position, by=by)
                fate.position_id = position.id
        fate.errors = _by_column(fate.errors)
        fates.append(fate)
    return fates


def _errors(session: ReadSession, company: Company, draft: Draft, taxonomy: Taxonomy) -> list[FieldError]:
    if draft.errors:
        return draft.errors
    _, errors = checked_draft(session, company, taxonomy=taxonomy, **draft.said)
    return _by_column(errors)


def _by_column(errors: Sequence[FieldError]) -> list[FieldError]:
    """The same errors at the columns of a file: `/salary/highest` stands in salary_highest."""
    special = {"salary": "salary_lowest", "working_hours": "weekly_hours"}
    found = []
    for error in errors:
        parts = error.pointer.strip("/").split("/")
        joined = "_".join(parts[:2])
        column = joined if joined in COLUMNS else parts[-1] if parts[-1] in COLUMNS else special.get(parts[0], parts[0])
        found.append(FieldError(f"/{column}" if column else "", error.code, error.message, error.params))
    return found


def keep_parts(session: WriteSession, company: Company, lines: Sequence[dict[str, Any]], *, by: Actor) -> PositionImport:
    """Keep a file of many lines for the worker."""
    found = PositionImport(company_id=company.id, by=by.subject, state=ImportState.READING, total=len(lines))
    session.add(found)
    session.flush()
    for number, start in enumerate(range(0, len(lines), _IN_A_PART)):
        part = list(lines[start : start + _IN_A_PART])
        session.add(PositionImportPart(import_id=found.id, number=number, stage=ImportState.READING, lines=part))
    return found


def draft_of(line: Mapping[str, Any]) -> Draft:
    """What was stored of a line."""
    return Draft(line["line"], _read(line["said"]), [_error(error) for error in line["errors"]])


def stored(fate: Fate) -> dict[str, Any]:
    errors = [{"pointer": e.pointer, "code": e.code, "message": e.message, "params": dict(e.params or {})} for e in fate.errors]
    position_id = str(fate.position_id) if fate.position_id is not None else None
    return {"line": fate.line, "said": _written(fate.said), "errors": errors, "position_id": position_id}


def _error(stored: Mapping[str, Any]) -> FieldError:
    return FieldError(stored["pointer"], stored["code"], stored["message"], stored["params"])


def _written(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _written(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_written(each) for each in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _read(stored: Mapping[str, Any]) -> dict[str, Any]:
    said = dict(stored)
    for name in {"opens_on", "closes_on"} & said.keys():
        said[name] = date.fromisoformat(said[name]) if said[name] else None
    if said.get("working_hours"):
        hours = dict(said["working_hours"])
        said["working_hours"] = {**hours, **{n: time.fromisoformat(hours[n]) for n in ("starts_at", "ends_at") if hours[n]}}
    if "kind" in said:
        said["kind"] = PositionKind(said["kind"])
    if "origin" in said:
        said["origin"] = SeatOrigin(said["origin"])
    return said
