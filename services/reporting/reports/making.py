"""Makes a report: gathers, puts into words, and writes it in the format that was asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.reporting.charts import NothingDrawn
from services.reporting.pages.formatting import Format
from services.reporting.reports.asking import ReportFormat, Wish
from services.reporting.reports.canonical import PREFIX
from services.reporting.reports.closings import standing
from services.reporting.reports.composing import compose
from services.reporting.reports.hangul import as_hwpx
from services.reporting.reports.printing import as_pdf
from services.reporting.reports.sheets import as_csv, as_json, as_xlsx
from services.reporting.reports.webpage import as_html, embedded
from shared.db import ReadSession
from shared.errors import Unavailable
from shared.i18n import Language

MEDIA_TYPES: Final = {
    ReportFormat.HTML: "text/html; charset=utf-8",
    ReportFormat.PDF: "application/pdf",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.HWPX: "application/hwp+zip",
    ReportFormat.CSV: "text/csv; charset=utf-8; header=present",
    ReportFormat.JSON: "application/json",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A report as it goes to whoever asked for it."""

    data: bytes
    media_type: str
    filename: str
    checksum: str


def make(
    session: ReadSession,
    wished: Wish,
    kind: ReportFormat,
    language: Language,
    *,
    back: str = "",
    at: Callable[[int], None] = lambda _: None,
) -> Made:
    """The report that was asked for. Of a closed period the frozen one, with what would be otherwise today.

    `at` is told how many hundredths are done. Raises NoPrintLibrary and NoKoreanFont where PDF cannot be made, Unavailable
    where nothing can be drawn now.
    """
    at(5)
    form, found = Format(language), standing(session, wished)
    report = compose(found.content, form, closed=found.closed, restated=found.restated)
    at(30)
    try:
        data = b""
        match kind:
            case ReportFormat.JSON:
                data = as_json({**found.content, **found.beside(form)})
            case ReportFormat.CSV:
                data = as_csv(report, found.content)
            case ReportFormat.XLSX:
                data = as_xlsx(report, found.content, form)
            case ReportFormat.HWPX:
                data = as_hwpx(report, found.content, form)
            case ReportFormat.HTML:
                data = as_html(report, found.content, form, back=back).encode()
            case ReportFormat.PDF:
                html = as_html(report, found.content, form)
                at(60)
                data = as_pdf(html, embedded(found.content))
    except NothingDrawn:
        raise Unavailable(retry_after=10) from None
    checksum = found.content["checksum"]
    name = f"{wished.framework}-{wished.period or wished.as_of}-{language}-{checksum.removeprefix(PREFIX)[:8]}.{kind}"
    return Made(data, MEDIA_TYPES[kind], name, checksum)
