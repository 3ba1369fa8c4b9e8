"""A report as HWPX (KS X 6101), the form in which Korean government offices exchange documents."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.reporting.charts import Table, png
from services.reporting.pages.formatting import Format
from services.reporting.reports.document import Block, Grid, Passage, Picture, Remark, Report
from services.reporting.reports.webpage import embedded
from shared.errors import N_

FIGURES_PART: Final = "Custom/hustar-figures.json"
_WIDTH_MM: Final = 150.0


def as_hwpx(report: Report, content: Mapping[str, Any], form: Format) -> bytes:
    """Headings, tables, charts as pictures, remarks as footnotes, page numbers. Raises NothingDrawn."""
    from hwpx import HwpxDocument  # half a second, for what few ask for

    document = HwpxDocument.new()
    write = _Writer(document)
    write.cover(report, form)
    for section in report.sections:
        document.add_heading(section.title, level=section.level)
        for block in section.blocks:
            write.block(block)
    document.page.set_header(text=report.title)
    document.page.set_page_number(format="page/total")
    document.parts.set_document_metadata(
        title=report.title, subject=report.subtitle, creator=report.owner, keyword=report.checksum
    )
    data: bytes = document.to_bytes()
    return _with_figures(data, embedded(content))


class _Writer:
    """Writes one document."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._plain = document.styles.ensure_run(size=10)
        self._small = document.styles.ensure_run(size=9)
        self._bold = document.styles.ensure_run(bold=True, size=10)
        self._strong = document.styles.ensure_run(bold=True, size=13)
        self._title = document.styles.ensure_run(bold=True, size=24)
        self._last: Any = None

    def cover(self, report: Report, form: Format) -> None:
        self._paragraph(report.owner, self._bold)
        self._paragraph(report.title, self._title)
        self._paragraph(report.subtitle, self._strong)
        if report.frozen:
            self._paragraph(form.text(N_("Closed: these figures are frozen as they were published.")), self._bold)
        table = self._document.add_table(len(report.cover), 2)
        for row, (label, said) in zip(table.rows, report.cover, strict=True):
            self._row(row, [label, said], self._plain, first=self._bold)
        table.set_column_widths([9000, 33000])

    def block(self, block: Block) -> None:
        match block:
            case Passage():
                self._paragraph(block.text, self._strong if block.strong else self._plain)
            case Remark():
                self._remark(block.text)
            case Picture():
                drawn = png(block.chart)
                if drawn is not None:
                    self._paragraph(block.chart.title, self._bold)
                    self._document.add_picture(drawn, "png", width_mm=_WIDTH_MM)
                self._table(block.chart.table)
            case Grid():
                self._table(block.table)

    def _remark(self, text: str) -> None:
        """A footnote to the paragraph before it: there is always one, the cover begins with three."""
        self._document.notes.add_footnote(text, self._last)

    def _table(self, table: Table) -> None:
        self._paragraph(table.caption, self._bold)
        found = self._document.add_table(len(table.rows) + 1, len(table.heads))
        heads, *rows = found.rows
        self._row(heads, table.heads, self._bold)
        for column in range(len(table.heads)):
            found.set_cell_shading(0, column, "#EEF2FD")
        for row, cells in zip(rows, table.rows, strict=True):
            self._row(row, [cell.text for cell in cells], self._small)

    def _row(self, row: Any, texts: Sequence[str], look: Any, *, first: Any = None) -> None:
        """Cells one after the other: to ask a table for one by its place has it look through all of them."""
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.set_text(text)
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.char_pr_id_ref = look if column or first is None else first

    def _paragraph(self, text: str, look: Any) -> None:
        self._last = self._document.add_paragraph(text, char_pr_id_ref=look, inherit_style=False)


def _with_figures(data: bytes, figures: str) -> bytes:
    """The same package with the figures as a part of it."""
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(FIGURES_PART, figures.encode())
    return file.getvalue()
