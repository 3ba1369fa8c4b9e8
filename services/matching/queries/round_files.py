"""A round's outcome as a file: CSV that Excel opens, or a workbook."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Select

from services.matching.domain.rounds import words
from services.matching.tables import RoundAssignment
from shared.db import ReadSession
from shared.i18n import translate
from shared.i18n.language import Language
from shared.spreadsheets.writing import Cell, to_csv, to_xlsx

HEADINGS: Final = (
    "person_id",
    "enrolment_id",
    "university_id",
    "position_id",
    "company_id",
    "rank",
    "listed",
    "score",
    "position_score",
    "group",
    "reason",
    "explanation",
)


def as_csv(session: ReadSession, statement: Select[Any], language: Language) -> bytes:
    """As Excel reads it; no cell is taken for a formula."""
    return to_csv(HEADINGS, _rows(session, statement, language))


def as_xlsx(session: ReadSession, statement: Select[Any], language: Language) -> bytes:
    """The same as a workbook."""
    return to_xlsx(HEADINGS, _rows(session, statement, language))


def _rows(session: ReadSession, statement: Select[Any], language: Language) -> Iterator[Sequence[Cell]]:
    for each in session.scalars(statement.order_by(RoundAssignment.person_id)):  # type: ignore[arg-type]
        text = translate(words.UNPLACED[each.reason], language, {"listed": each.listed}) if each.reason else None
        values = (getattr(each, name) for name in HEADINGS[:-1])
        yield [
            *("" if value is None else value if isinstance(value, int | float) else str(value) for value in values),
            text or "",
        ]
