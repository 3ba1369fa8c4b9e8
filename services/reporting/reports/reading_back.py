"""Takes the figures out of a report again, from any of its formats, and checks them."""

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.reporting.queries.closings import closing_of
from services.reporting.reports.asking import Wish, members
from services.reporting.reports.canonical import ABOUT, COLUMNS, about_of, checksum_of, key_of, rows_of
from services.reporting.reports.gathering import gather
from services.reporting.reports.hangul import FIGURES_PART
from services.reporting.reports.sheets import COVER_SHEET, FIGURES_SHEET, number
from services.reporting.reports.webpage import FIGURES_ID
from shared.db import ReadSession
from shared.errors import Invalid
from shared.spreadsheets.archive import Archive
from shared.spreadsheets.xlsx_sheet import xlsx_sheet

_HTML: Final = re.compile(rf'<script type="application/json" id="{FIGURES_ID}">(.*?)</script>', re.DOTALL)
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
LARGEST: Final = 50 * 1024 * 1024


class Unreadable(Exception):
    """Not a report, or one whose figures cannot be read."""


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a file holds: what it is about, its figures, the checksum that it carries."""

    about: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    checksum: str
    whole: bool
    """Whether everything in the file is one of these figures, so that nothing else can have been changed."""

    @property
    def intact(self) -> bool:
        """Whether the checksum is that of the figures."""
        return checksum_of(self.about, self.rows) == self.checksum


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is counted otherwise. None where it is not there at all."""

    figure: str
    reported: Any
    counted: Any


def read_back(data: bytes) -> ReadBack:
    """The figures of a report in whatever format it is. Raises Unreadable."""
    try:
        if data.startswith(b"%PDF"):
            return _of_content(_attached(data), whole=False)
        if data.startswith(b"PK"):
            return _of_package(data)
        text = data.decode("utf-8-sig")
        if text.lstrip().startswith("{"):
            return _of_content(json.loads(text), whole=True)
        if (found := _HTML.search(text)) is not None:
            return _of_content(json.loads(found.group(1)), whole=False)
        return _of_rows(list(csv.reader(io.StringIO(text))))
    except (ValueError, KeyError, TypeError, IndexError, zlib.error, zipfile.BadZipFile, Invalid) as error:
        raise Unreadable("This is no report of HuStar Tracker, or its figures cannot be read.") from error


def differences(session: ReadSession, found: ReadBack) -> list[Difference]:
    """What is otherwise when the figures are counted again as they were known then. Raises Refused for what cannot be asked.

    Figures that a silent source withheld are not compared: they were known, and not passed off as of that day.
    """
    about = found.about
    frozen = closing_of(session, about["framework"], about["period"]) if about["period"] else None
    if frozen is not None and frozen.checksum == found.checksum:
        rows = rows_of(frozen.content)
    else:
        rows = rows_of(gather(session, _asked(about)))
    return list(_differing(found.rows, rows))


def _asked(about: Mapping[str, Any]) -> Wish:
    """What the report was asked for. Raises Unreadable for a day, a moment or a filter that there is not."""
    try:
        day, moment = date.fromisoformat(about["as_of"]), datetime.fromisoformat(about["known_at"])
        return Wish(about["framework"], about["period"], day, moment, members(about["filters"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable("What this report says that it is about cannot be asked.") from error


def _differing(reported: Sequence[Mapping[str, Any]], counted: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    ours = {key_of(row): row for row in counted}
    theirs = {key_of(row): row for row in reported}
    for key in dict.fromkeys([*theirs, *ours]):
        was, is_ = theirs.get(key), ours.get(key)
        if was is not None and was.get("state") == "source_stale":
            continue
        for name in COLUMNS:
            told, now = (None if row is None else row.get(name) for row in (was, is_))
            if told != now:
                yield Difference(" ".join(str(part) for part in (*key, name) if part is not None), told, now)


def _of_content(content: Mapping[str, Any], *, whole: bool) -> ReadBack:
    return ReadBack(about_of(content), rows_of(content), content["checksum"], whole)


def _attached(data: bytes) -> Mapping[str, Any]:
    """The figures that are attached to a PDF: the stream that is our JSON."""
    for found in _STREAM.finditer(data):
        raw = found.group(1)
        try:
            text = zlib.decompressobj().decompress(raw, LARGEST)
        except zlib.error:
            text = raw
        if text.lstrip().startswith(b'{"checksum":'):
            content: Mapping[str, Any] = json.loads(text)
            return content
    raise Unreadable("This PDF has no figures attached: it is no report, or it is damaged.")


def _of_package(data: bytes) -> ReadBack:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if FIGURES_PART in package.namelist():
            return _of_content(json.loads(package.read(FIGURES_PART)), whole=False)
    return _of_workbook(data)


def _of_workbook(data: bytes) -> ReadBack:
    archive = Archive(data)
    cover = {line.cells[0]: line.cells[-1] for line in xlsx_sheet(archive, named=COVER_SHEET).lines}
    lines = [line.cells for line in xlsx_sheet(archive, named=FIGURES_SHEET).lines]
    return ReadBack(_about(cover["about"]), [_row(line) for line in lines], cover["checksum"], whole=False)


def _of_rows(lines: Sequence[Sequence[str]]) -> ReadBack:
    if list(lines[0][: len(COLUMNS)]) != list(COLUMNS):
        raise Unreadable("This is no report of HuStar Tracker.")
    cover = {line[1]: line[-1] for line in lines[1:] if line[0] == "cover"}
    rows = [_row(line) for line in lines[1:] if line[0] != "cover"]
    return ReadBack(_about(cover["about"]), rows, cover["checksum"], whole=True)


def _about(text: str) -> dict[str, Any]:
    told = json.loads(text)
    return {name: told[name] for name in ABOUT}


def _row(line: Sequence[Any]) -> dict[str, Any]:
    return {name: number(name, cell) for name, cell in zip(COLUMNS, [*line, *[None] * len(COLUMNS)], strict=False)}
