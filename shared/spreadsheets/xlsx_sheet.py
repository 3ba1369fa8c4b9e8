"""Excel workbooks: the first sheet that is not hidden, or one by name, as it streams; formulas count as their last result."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from shared.spreadsheets.archive import Archive
from shared.spreadsheets.refusals import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, broken
from shared.spreadsheets.sheets import XLSX, Line, Sheet, limited
from shared.spreadsheets.xml_events import read_xml

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STRINGS: Final = "xl/sharedStrings.xml"
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_MOST_STRINGS: Final = MOST_ROWS * 12
_WHOLE_TO: Final = 10**15  # what a spreadsheet's numbers hold exactly


def xlsx_sheet(archive: Archive, *, named: str | None = None) -> Sheet:
    """Take a workbook apart. Raises BrokenFile."""
    if any(name.casefold().endswith("vbaproject.bin") for name in archive.names):
        raise broken("macros")
    if any(name.startswith("xl/externalLinks/") for name in archive.names):
        raise broken("external_links")
    path = _sheet(archive, named)
    strings = _Strings.of(archive) if archive.has(_STRINGS) else []
    cells = _Cells(strings)
    read_xml(archive.chunks(path), start=cells.start, end=cells.end, text=cells.text)
    lines = limited(cells.lines())
    header = next(lines, None)
    if header is None:
        raise broken("empty")
    width = max((place for place, cell in enumerate(header.cells, 1) if cell.strip()), default=0)
    return Sheet(XLSX, header.cells[:width], _padded(lines, width))


def _padded(lines: Iterator[Line], width: int) -> Iterator[Line]:
    """Lines as wide as the header: a spreadsheet leaves out empty cells at the end, and may have some beyond it."""
    for line in lines:
        beyond = [cell for cell in line.cells[width:] if cell.strip()]
        yield Line(line.number, [*line.cells[:width], *[""] * (width - len(line.cells)), *beyond])


def _sheet(archive: Archive, named: str | None) -> str:
    sheets: list[str] = []
    targets: dict[str, str] = {}

    def in_workbook(name: str, given: Mapping[str, str]) -> None:
        if name == "sheet" and given.get("state", "visible") == "visible" and named in (None, given.get("name")):
            sheets.append(given.get("r:id") or next((v for k, v in given.items() if k.endswith(":id")), ""))
        if name == "workbookPr" and given.get("date1904", "0") in {"1", "true"}:
            raise broken("dates_1904")

    def in_relations(name: str, given: Mapping[str, str]) -> None:
        if name == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    if not (archive.has(_WORKBOOK) and archive.has(_RELATIONS)):
        raise broken("no_sheet")
    read_xml(archive.chunks(_WORKBOOK), start=in_workbook)
    read_xml(archive.chunks(_RELATIONS), start=in_relations)
    target = targets.get(sheets[0], "") if sheets else ""
    path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    if not archive.has(path):
        raise broken("no_sheet")
    return path


class _Strings:
    """Reads the shared strings; what a string says about its pronunciation is not part of it."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] | None = None
        self._reads = False
        self._phonetic = False
        self._length = 0

    @classmethod
    def of(cls, archive: Archive) -> list[str]:
        reader = cls()
        read_xml(archive.chunks(_STRINGS), start=reader.start, end=reader.end, text=reader.text)
        return reader.found

    def start(self, name: str, _given: Mapping[str, str]) -> None:
        if name == "si":
            self._parts, self._length = [], 0
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._reads = not self._phonetic

    def end(self, name: str) -> None:
        if name == "si":
            self.found.append("".join(self._parts or ()))
            if len(self.found) > _MOST_STRINGS:
                raise broken("too_many_rows", most=MOST_ROWS)
        elif name == "rPh":
            self._phonetic = False
        elif name == "t":
            self._reads = False

    def text(self, part: str) -> None:
        if self._reads and self._parts is not None:
            self._length += len(part)
            if self._length > LONGEST_CELL:
                raise broken("cell_too_long", line=len(self.found) + 1, most=LONGEST_CELL)
            self._parts.append(part)


class _Cells:
    """Collects the rows of a sheet."""

    def __init__(self, strings: list[str]) -> None:
        self._strings = strings
        self._rows: list[tuple[int, list[str]]] = []
        self._row: list[str] = []
        self._number = 0
        self._kind = ""
        self._place = 0
        self._parts: list[str] = []
        self._length = 0
        self._reads = False

    def lines(self) -> Iterator[Line]:
        for number, cells in self._rows:
            yield Line(number, cells)

    def start(self, name: str, given: Mapping[str, str]) -> None:
        if name == "c":
            self._kind = given.get("t", "n")
            self._place = _column(given.get("r", ""), following=len(self._row))
            self._parts, self._length = [], 0
        elif name in {"v", "t"}:
            self._reads = True
        elif name == "row":
            self._row = []
            number = given.get("r", "")
            self._number = int(number) if number.isdecimal() and len(number) < 9 else self._number + 1
        elif name == "rPh":
            raise broken("xml_broken")  # pronunciation belongs to shared strings only

    def text(self, part: str) -> None:
        if self._reads:
            self._length += len(part)
            if self._length > LONGEST_CELL:
                raise broken("cell_too_long", line=self._number, most=LONGEST_CELL)
            self._parts.append(part)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._reads = False
        elif name == "c":
            value = self._value("".join(self._parts))
            if value:
                self._row.extend([""] * (self._place - len(self._row)))
                self._row[self._place :] = [value]
        elif name == "row" and any(self._row):
            self._rows.append((self._number, self._row))
            if len(self._rows) > MOST_ROWS + 1:
                raise broken("too_many_rows", most=MOST_ROWS)

    def _value(self, text: str) -> str:
        if self._kind == "s":
            place = int(text) if text.isdecimal() and len(text) < 10 else -1
            if not 0 <= place < len(self._strings):
                raise broken("xml_broken")
            return self._strings[place]
        if self._kind == "n":
            return _as_written(text)
        return text


def _column(reference: str, *, following: int) -> int:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return following
    place = 0
    for letter in match[1]:
        place = place * 26 + ord(letter) - 64
    if place > MOST_COLUMNS:
        raise broken("too_many_columns", most=MOST_COLUMNS)
    return place - 1


def _as_written(text: str) -> str:
    """A number without the fraction and the exponent that only its storage gave it."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < _WHOLE_TO else text
