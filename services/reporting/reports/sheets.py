"""A report as a workbook with a sheet per section, as CSV, and as JSON. No cell is ever taken for a formula."""

import io
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Final

from services.reporting.charts import Cell, Table, png
from services.reporting.pages.formatting import Format
from services.reporting.reports.canonical import COLUMNS, NUMBERS, about_of, rows_of
from services.reporting.reports.document import Grid, Passage, Picture, Remark, Report, Section
from shared.errors import N_
from shared.spreadsheets.writing import harmless, to_csv

FIGURES_SHEET: Final = "Figures"
COVER_SHEET: Final = "Cover"
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_PASSPORT: Final = ("known_at", "complete", "minimum_grade", "known_share", "matures_on", "exclusions", "evidence", "sources")


def as_json(content: Mapping[str, Any]) -> bytes:
    """All figures with their definitions and passports."""
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def as_csv(report: Report, content: Mapping[str, Any]) -> bytes:
    """One line per figure after the lines of the cover, in UTF-8 with BOM. What it is about stands in `about` as JSON."""
    about = json.dumps(about_of(content), ensure_ascii=False, sort_keys=True)
    cover = [("cover", "title", report.title), ("cover", "about", about), ("cover", "checksum", content["checksum"])]
    names = _names(content, report)
    blank = [None] * (len(COLUMNS) - 2)
    rows: list[list[Any]] = [[kind, id_, *blank, said] for kind, id_, said in cover]
    rows += [[*(row[name] for name in COLUMNS), names.get((row["kind"], row["id"]))] for row in rows_of(content)]
    return to_csv([*COLUMNS, "name"], rows)


def as_xlsx(report: Report, content: Mapping[str, Any], form: Format) -> bytes:
    """A cover, a sheet per section with its charts, all figures in one list, and the passports. Raises NothingDrawn."""
    import xlsxwriter  # a tenth of a second of every start, for what few ask for

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties(
            {"title": report.title, "subject": report.subtitle, "company": report.owner, "comments": report.checksum}
        )
        write = _Writer(book)
        write.cover(report, content)
        for chapter in _chapters(report.sections):
            write.chapter(chapter)
        write.figures(report, content)
        write.passports(content, form)
    return file.getvalue()


def _chapters(sections: Sequence[Section]) -> list[list[Section]]:
    """Each chapter with its parts; a part with charts has a sheet of its own."""
    found: list[list[Section]] = []
    for section in sections:
        if section.level == 1 and not section.blocks:
            continue
        found.append([section])
    return found


class _Writer:
    """Writes one workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._names: set[str] = set()
        self._bold = book.add_format({"bold": True})
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._head = book.add_format({"bold": True, "bg_color": "#EEF2FD", "bottom": 1, "text_wrap": True, "valign": "top"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._whole = book.add_format({"num_format": "#,##0", "valign": "top"})
        self._broken = book.add_format({"num_format": "#,##0.00", "valign": "top"})
        self._share = book.add_format({"num_format": "0.0%", "valign": "top"})
        self._percent = book.add_format({"num_format": '0.0"%"', "valign": "top"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})

    def cover(self, report: Report, content: Mapping[str, Any]) -> None:
        sheet = self._sheet(COVER_SHEET)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 100)
        self._text(sheet, 0, 0, report.title, self._title)
        self._text(sheet, 1, 0, report.subtitle)
        for row, (label, said) in enumerate(report.cover, 3):
            self._text(sheet, row, 0, label, self._bold)
            self._text(sheet, row, 1, said, self._wrapped)
        # What checking reads back, in the same words in every language.
        row = len(report.cover) + 5
        about = json.dumps(about_of(content), ensure_ascii=False, sort_keys=True)
        for name, said in (("about", about), ("checksum", content["checksum"])):
            self._text(sheet, row, 0, name)
            self._text(sheet, row, 1, said, self._wrapped)
            row += 1

    def chapter(self, sections: Sequence[Section]) -> None:
        first = sections[0]
        sheet = self._sheet(first.title)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 8, 18)
        self._text(sheet, 0, 0, first.title, self._title)
        row, heads = 2, list[int]()
        for section in sections:
            for block in section.blocks:
                heads += [row + 1] if isinstance(block, Grid) else []
                row = self._block(sheet, row, block) + 1
        if len(heads) == 1 and not any(isinstance(block, Picture) for section in sections for block in section.blocks):
            sheet.freeze_panes(heads[0] + 1, 1)

    def _block(self, sheet: Any, row: int, block: Any) -> int:
        if isinstance(block, Passage | Remark):
            self._text(sheet, row, 0, block.text, self._bold if isinstance(block, Passage) and block.strong else None)
            return row + 1
        table = block.table if isinstance(block, Grid) else block.chart.table
        after = self._table(sheet, row, table)
        drawn = png(block.chart, scale=1.5) if isinstance(block, Picture) else None
        if drawn is None:
            return after
        place = {"image_data": io.BytesIO(drawn), "x_scale": 0.6, "y_scale": 0.6, "description": block.chart.summary}
        sheet.insert_image(row, len(table.heads) + 1, "chart.png", place)
        return max(after, row + 14)

    def _table(self, sheet: Any, row: int, table: Table) -> int:
        self._text(sheet, row, 0, table.caption, self._bold)
        for column, head in enumerate(table.heads):
            self._text(sheet, row + 1, column, head, self._head)
        for line, cells in enumerate(table.rows, row + 2):
            for column, cell in enumerate(cells):
                self._cell(sheet, line, column, cell)
        return row + 2 + len(table.rows)

    def figures(self, report: Report, content: Mapping[str, Any]) -> None:
        sheet = self._sheet(FIGURES_SHEET)
        names = _names(content, report)
        for column, head in enumerate([*COLUMNS, "name"]):
            self._text(sheet, 0, column, head, self._head)
        for line, row in enumerate(rows_of(content), 1):
            for column, name in enumerate(COLUMNS):
                self._plain(sheet, line, column, row[name])
            self._plain(sheet, line, len(COLUMNS), names.get((row["kind"], row["id"])))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(rows_of(content)), len(COLUMNS))
        sheet.set_column(0, len(COLUMNS), 14)

    def passports(self, content: Mapping[str, Any], form: Format) -> None:
        sheet = self._sheet(form.text(N_("Passports")))
        heads = ["indicator", "definition_version", "as_of", "state", "value", *_PASSPORT]
        for column, head in enumerate(heads):
            self._text(sheet, 0, column, head, self._head)
        for line, each in enumerate(content["indicators"], 1):
            for column, name in enumerate(heads):
                told = each["value"][name]
                said = json.dumps(told, ensure_ascii=False) if isinstance(told, list | dict | bool) else told
                self._plain(sheet, line, column, said)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(heads), 20)

    def _sheet(self, title: str) -> Any:
        """A name that a workbook allows, and that no other sheet has."""
        plain = _FORBIDDEN.sub(" ", title)[:28].strip() or "-"
        name, number = plain, 2
        while name.lower() in self._names:
            name, number = f"{plain[:26]} {number}", number + 1
        self._names.add(name.lower())
        return self._book.add_worksheet(name)

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell.value, int | float):
            sheet.write_number(row, column, cell.value, self._look_of(cell.text, cell.value))
        elif isinstance(cell.value, date):
            sheet.write_datetime(row, column, cell.value, self._day)
        else:
            self._text(sheet, row, column, cell.text, self._wrapped)

    def _look_of(self, text: str, value: float) -> Any:
        """As it is written elsewhere: 0.075 and 7.5 can both be 7.5%."""
        if text.endswith("%"):
            with suppress(ValueError):
                return self._percent if abs(float(text[:-1].replace(",", "")) - value) < 0.06 else self._share
        return self._whole if float(value).is_integer() else self._broken

    def _plain(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if isinstance(value, int | float):
            sheet.write_number(row, column, value)
        elif value is not None:
            self._text(sheet, row, column, str(value))

    def _text(self, sheet: Any, row: int, column: int, text: str, look: Any = None) -> None:
        sheet.write_string(row, column, str(harmless(text))[:32_000], look)


def _names(content: Mapping[str, Any], report: Report) -> dict[tuple[str, str], str]:
    names = {("goal", goal["goal"]): goal["name"][report.language] for goal in content["goals"]}
    told = {
        ("indicator", each["definition"]["id"]): each["definition"]["name"][report.language] for each in content["indicators"]
    }
    return names | told


def number(name: str, text: str | float | None) -> Any:
    """A cell of the figures as it was before it was written. Raises ValueError."""
    if text is None or text == "":
        return None
    if name not in NUMBERS:
        return str(text)
    found = float(text)
    return int(found) if found.is_integer() else found
