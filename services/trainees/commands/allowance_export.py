"""The allowances of a month for those who pay them: with names, and so on record in the access log."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select

from services.trainees.domain.attendance import REASONS
from services.trainees.queries.allowances import AllowanceOfMonth, allowances
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.scope import visible
from services.trainees.queries.sealing import opened
from services.trainees.tables import AccessEntry, Cohort, PersonRecord, rows_of
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import WriteSession
from shared.db.bulk import among, bulk_insert
from shared.i18n import Language, translate
from shared.ids import new_id
from shared.spreadsheets.writing import Cell

_ENTRY: Final = ("id", "recorded_at", "actor", "organisation", "origin", "action", "person_id", "purpose")
HEADER: Final = {
    "ko": ("참여번호", "성명", "생년월일", "월", "수당(원)", "사유", "훈련일수", "결석(환산)", "출석률(%)"),
    "en": ("enrolment_id", "name", "birth_date", "month", "won", "reasons", "days", "absences", "attended_percent"),
}


def export_allowances(
    session: WriteSession,
    cohort_id: UUID,
    *,
    month: date,
    by: Actor,
    language: Language,
    origin: str | None = None,
    purpose: str | None = None,
) -> list[list[Cell]]:
    """The rows below HEADER. Whose name was taken out, by whom and what for is on record in the same transaction."""
    cohort = visible(session, Cohort, cohort_id, actor=by)
    found = allowances(session, cohort, month=month)
    table = rows_of(PersonRecord)
    ids = sorted({each.person_id for each in found})
    records = in_chunks(session, ids, lambda part: select(table).where(among(session, table.c.person_id, part)))
    known = {row.person_id: opened(session, row) for row in records}
    said = (now(), by.subject, by.organisation, origin, "allowances.exported")
    at, *who = said
    entries = [(new_id(), at, *who, person_id, purpose) for person_id in known]
    bulk_insert(session, rows_of(AccessEntry), _ENTRY, entries)
    rows = []
    for each in found:
        person = known.get(each.person_id)
        name, born = (person.name, person.birth_date.isoformat()) if person else (None, None)
        rows.append([str(each.enrolment_id), name, born, *_figures(each, language)])
    return rows


def _figures(each: AllowanceOfMonth, language: Language) -> list[Cell]:
    reasons = " ".join(translate(REASONS[reason], language) for reason in each.reasons)
    percent = float(each.attended_percent) if each.attended_percent is not None else None
    return [f"{each.month:%Y-%m}", each.won, reasons, each.days, each.absences, percent]
