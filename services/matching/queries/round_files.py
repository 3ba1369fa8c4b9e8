"""A round's outcome as a file: CSV that Excel opens, or a workbook."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Select

from services.matching.domain.rounds import words
from services.matching.tables import RoundAssignment
from shared.db import ReadSession
from shared.i18n import translate
from shared.i18n.language import Language

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
    """UTF-8 with a byte order mark, by which Excel knows it."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    writer.writerows(_rows(session, statement, language))
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def as_xlsx(session: ReadSession, statement: Select[Any], language: Language) -> bytes:
    import xlsxwriter  # a tenth of a second of every start, for what few ask for

    file = io.BytesIO()
    # Nothing may become a formula, whatever stands in a cell.
    options = {"in_memory": True, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("assignments")
        sheet.freeze_panes(1, 0)
        for number, row in enumerate([HEADINGS, *_rows(session, statement, language)]):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def _rows(session: ReadSession, statement: Select[Any], language: Language) -> Iterator[Sequence[Any]]:
    for each in session.scalars(statement.order_by(RoundAssignment.person_id)):  # type: ignore[arg-type]
        text = translate(words.UNPLACED[each.reason], language, {"listed": each.listed}) if each.reason else None
        values = (getattr(each, name) for name in HEADINGS[:-1])
        yield [
            *("" if value is None else value if isinstance(value, int | float) else str(value) for value in values),
            text or "",
        ]
