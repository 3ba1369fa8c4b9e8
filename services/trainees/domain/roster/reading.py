"""Reads any roster file: what it is, told by its content, and then row by row."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from typing import Final

from services.trainees.domain.roster.columns import Mapped, places
from services.trainees.domain.roster.formats import RosterFormat
from services.trainees.domain.roster.json_sheet import json_sheet
from services.trainees.domain.roster.oneroster_sheet import oneroster_sheet
from services.trainees.domain.roster.refusals import as_roster, broken
from services.trainees.domain.roster.rows import Refused, RosterRow, RowReader
from shared.spreadsheets.archive import Archive
from shared.spreadsheets.csv_sheet import csv_sheet
from shared.spreadsheets.sheets import Line, Sheet
from shared.spreadsheets.xlsx_sheet import xlsx_sheet

BATCH: Final = 5_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_SIMPLE = frozenset({RosterFormat.CSV, RosterFormat.JSON})


Chosen = Callable[[Sequence[int], Sequence[bytes]], Sequence[int]]
"""Takes the lines and the digests of some rows and says which of them have to be read, by their places."""
Asked = Callable[[Sequence[int], Sequence[bytes]], Callable[[], Sequence[int]]]
"""The same of somebody who has to be waited for: the answer is fetched later."""
_AHEAD: Final = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that can be read: what it is, which of our columns it has, and its rows as they come."""

    format: RosterFormat
    columns: tuple[str, ...]
    delta: bool | None
    reader: RowReader
    lines: Iterator[Line]

    @property
    def rows(self) -> Iterator[RosterRow | Refused]:
        return map(self.reader.read, self.lines)

    def batches(self, asked: Asked | None = None, *, size: int = BATCH) -> Iterator[list[RosterRow | Refused]]:
        """The rows in batches; those that whoever is `asked` leaves out are not even looked at.

        Of the next batch is asked before the answer to the last one is waited for: both sides are busy at once.
        """
        waiting: deque[Callable[[], list[RosterRow | Refused]]] = deque()
        while lines := list(islice(self.lines, size)):
            digests = [self.reader.digest(line) for line in lines]
            answer = asked([line.number for line in lines], digests) if asked is not None else partial(range, len(lines))
            waiting.append(partial(self._read, lines, digests, answer))
            if len(waiting) > _AHEAD:
                yield waiting.popleft()()
        yield from (read() for read in waiting)

    def _read(
        self, lines: Sequence[Line], digests: Sequence[bytes], answer: Callable[[], Sequence[int]]
    ) -> list[RosterRow | Refused]:
        return [self.reader.read(lines[place], digest=digests[place]) for place in answer()]


def read_roster(
    content: bytes, *, today: date, mapped: Mapped = Mapped(), organisation: str | None = None, simple: bool = False
) -> Reading:
    """Begin to read a file. Raises BrokenRoster, also while the rows are read. `simple` takes plain texts only, no archives."""
    with as_roster():
        kind = format_of(content)
        if simple and kind not in _SIMPLE:
            raise broken("needs_background")
        sheet = _sheet(content, kind, organisation=organisation)
    if kind is RosterFormat.ONEROSTER:
        mapped = Mapped(number_width=mapped.number_width)
    columns = places(sheet.header, mapped)
    reader = RowReader(columns, width=len(sheet.header), today=today, number_width=mapped.number_width)
    return Reading(RosterFormat(sheet.format), tuple(columns), sheet.delta, reader, _lines(sheet))


def _lines(sheet: Sheet) -> Iterator[Line]:
    with as_roster():
        yield from sheet.lines


def format_of(content: bytes) -> RosterFormat:
    """What a file is, whatever it is called. Raises BrokenRoster."""
    if content.startswith(_OLD_OFFICE):
        raise broken("old_excel")
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        names = Archive(content).names
        if "manifest.csv" in names:
            return RosterFormat.ONEROSTER
        if "[Content_Types].xml" in names:
            return RosterFormat.XLSX
        raise broken("unknown_archive")
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return RosterFormat.JSON if start.startswith((b"[", b"{")) else RosterFormat.CSV


def _sheet(content: bytes, kind: RosterFormat, *, organisation: str | None) -> Sheet:
    match kind:
        case RosterFormat.CSV:
            return csv_sheet(content)
        case RosterFormat.JSON:
            return json_sheet(content)
        case RosterFormat.XLSX:
            return xlsx_sheet(Archive(content))
        case RosterFormat.ONEROSTER:
            return oneroster_sheet(Archive(content), organisation=organisation)
