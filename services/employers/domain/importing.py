"""Positions in a file: which columns there are, what a cell means, and what is wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from rapidfuzz import fuzz, process

from services.employers.domain.codes import regions
from services.employers.domain.fields import FIELDS
from services.employers.domain.offers import Per
from services.employers.domain.positions import PositionKind
from services.employers.domain.seats import SeatOrigin
from shared.errors import N_, FieldError
from shared.letters import letters
from shared.spreadsheets.sheets import Line

# The names of the columns, as a template has them, and an example.
COLUMNS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType({
    "title": ("공고명", "title", "로봇 제어 소프트웨어 개발자"),
    "description": ("하는 일", "description", "협동로봇의 제어 소프트웨어를 만듭니다."),
    "field": ("분야", "field", "로봇"),
    "kind": ("고용 형태", "kind", "정규직"),
    "seats": ("인원", "seats", "3"),
    "region": ("근무지", "region", "대구 수성구"),
    "opens_on": ("접수 시작", "opens on", "2026-03-02"),
    "closes_on": ("접수 마감", "closes on", "채용 시"),
    "must_have": ("필수 기술", "must have", "로봇 제어:4; ROS 2:3"),
    "nice_to_have": ("우대 기술", "nice to have", "영어:2"),
    "licences": ("자격", "licences", "로봇소프트웨어개발기사"),
    "salary_lowest": ("급여 하한", "lowest salary", "36000000"),
    "salary_highest": ("급여 상한", "highest salary", "44000000"),
    "salary_per": ("급여 단위", "salary per", "연"),
    "weekly_hours": ("주당 시간", "weekly hours", "40"),
    "starts_at": ("근무 시작", "starts at", "09:00"),
    "ends_at": ("근무 종료", "ends at", "18:00"),
    "duration_months": ("기간(개월)", "months", ""),
    "origin": ("채용 구분", "origin", "신규"),
})  # fmt: skip
REQUIRED: Final = ("title", "field", "kind", "seats", "region", "opens_on")
_BEFORE_ALL_DAYS: Final = date(1899, 12, 30)  # the day 0 of spreadsheets
_UNTIL_FILLED: Final = frozenset({"채용시", "채용시까지", "상시", "상시채용", "untilfilled", "-"})
_DATE: Final = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?")
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
_LISTED: Final = re.compile(r"[;\n]")
_CHOICES: Final[Mapping[str, Mapping[str, Sequence[str]]]] = MappingProxyType({
    "kind": {
        PositionKind.INTERNSHIP: ("인턴", "인턴십", "internship"), PositionKind.PERMANENT: ("정규직", "정규", "permanent"),
        PositionKind.FIXED_TERM: ("기간제", "계약직", "fixedterm", "fixed_term"),
    },
    "salary_per": {
        Per.YEAR: ("연", "연봉", "년", "year"), Per.MONTH: ("월", "월급", "month"), Per.HOUR: ("시", "시급", "시간", "hour"),
    },
    "origin": {
        SeatOrigin.NEW: ("신규", "new"), SeatOrigin.REPLACEMENT: ("대체", "충원", "replacement"),
        SeatOrigin.CONVERSION: ("전환", "정규직전환", "conversion"),
    },
})  # fmt: skip


@dataclass(slots=True)
class Draft:
    """What a line says, as the arguments of a draft, and what is wrong with its cells."""

    line: int
    said: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)


def places(header: Sequence[str]) -> tuple[dict[str, int], list[FieldError]]:
    """Where each column stands, by its Korean or English name; and what is missing or there twice."""
    names = {letters(name): column for column, (korean, english, _) in COLUMNS.items() for name in (korean, english, column)}
    found: dict[str, int] = {}
    errors = []
    for place, cell in enumerate(header):
        column = names.get(letters(cell))
        if column is not None and column in found:
            errors.append(_column_error("duplicate_column", N_("The column {column} occurs more than once."), column))
        elif column is not None:
            found[column] = place
    missing = [column for column in REQUIRED if column not in found]
    errors += [_column_error("missing_column", N_("The first line has no column {column}."), column) for column in missing]
    return found, errors


def _column_error(code: str, message: str, column: str) -> FieldError:
    return FieldError("", code, message, {"column": f"{COLUMNS[column][0]} ({COLUMNS[column][1]})"})


def read_line(line: Line, columns: Mapping[str, int]) -> Draft:
    """What a line says. Cells that are empty say nothing."""
    cells = {
        column: line.cells[place].strip()
        for column, place in columns.items()
        if place < len(line.cells) and line.cells[place].strip()
    }
    draft = Draft(line.number)
    for column in REQUIRED:
        if column not in cells:
            draft.errors.append(FieldError(f"/{column}", "required", N_("This is required.")))
    told: dict[str, Any] = {}
    for column, cell in cells.items():
        reader = _READERS[column]
        try:
            told[column] = reader(cell)
        except _Wrong as wrong:
            draft.errors.append(FieldError(f"/{column}", wrong.code, wrong.text, wrong.params))
    if {"starts_at", "ends_at"} & told.keys() and "weekly_hours" not in cells:
        draft.errors.append(FieldError("/weekly_hours", "required", N_("This is required.")))
    draft.said = _assembled(told)
    return draft


def _assembled(told: dict[str, Any]) -> dict[str, Any]:
    lowest, highest, per = (told.pop(name, None) for name in ("salary_lowest", "salary_highest", "salary_per"))
    weekly, starts, ends = (told.pop(name, None) for name in ("weekly_hours", "starts_at", "ends_at"))
    salary = {"lowest": lowest, "highest": highest, "per": per or Per.YEAR} if lowest is not None or highest is not None else None
    hours = {"weekly": weekly, "starts_at": starts, "ends_at": ends} if weekly is not None else None
    return {**told, "salary": salary, "working_hours": hours}


class _Wrong(Exception):
    def __init__(self, code: str, text: str, **params: object) -> None:
        self.code, self.text, self.params = code, text, params
        super().__init__(code)


def _text(longest: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise _Wrong("too_long", N_("May have at most {max_length} characters."), max_length=longest)
        return cell

    return read


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(cell: str) -> int:
        digits = cell.replace(",", "").removesuffix("원").strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
            raise _Wrong("not_integer", N_("Must be a whole number."))
        if not least <= int(digits) <= most:
            raise _Wrong("out_of_range", N_("Must be from {least} to {most}."), least=least, most=most)
        return int(digits)

    return read


def _day(cell: str) -> date:
    match = _DATE.fullmatch(cell)
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3]))
        if cell.isascii() and cell.isdigit() and len(cell) == 5:
            return _BEFORE_ALL_DAYS + timedelta(days=int(cell))
    except ValueError:
        pass
    raise _Wrong("not_date", N_("Must be a date such as 2026-03-01."))


def _deadline(cell: str) -> date | None:
    return None if cell.replace(" ", "").casefold() in _UNTIL_FILLED else _day(cell)


def _clock_time(cell: str) -> time:
    match = _TIME.fullmatch(cell)
    if match is not None and int(match[1]) < 24 and int(match[2]) < 60:
        return time(int(match[1]), int(match[2]))
    if re.fullmatch(r"0(?:\.\d+)?", cell):
        minutes = round(float(cell) * 24 * 60)  # a spreadsheet's part of a day
        return time(minutes // 60 % 24, minutes % 60)
    raise _Wrong("not_time", N_("Must be a time of day such as 09:00."))


def _choice(column: str) -> Callable[[str], str]:
    known = {letters(name): value for value, names in _CHOICES[column].items() for name in (*names, value)}

    def read(cell: str) -> str:
        value = known.get(letters(cell))
        if value is None:
            expected = ", ".join(names[0] for names in _CHOICES[column].values())
            raise _Wrong("not_a_choice", N_("Must be one of: {expected}."), expected=expected)
        return value

    return read


def _industry_field(cell: str) -> str:
    known = {letters(name): code for code, names in FIELDS.items() for name in (code, *names)}
    code = known.get(letters(cell))
    if code is None:
        raise _Wrong("not_a_choice", N_("Must be one of: {expected}."), expected=", ".join(names[0] for names in FIELDS.values()))
    return code


def _region(cell: str) -> str:
    if cell.isascii() and cell.isdigit():
        return cell
    found = _region_names().get(letters(cell))
    if found is None:
        likely = process.extract(letters(cell), list(_region_names()), scorer=fuzz.ratio, limit=3, score_cutoff=60)
        names = ", ".join(dict.fromkeys(regions.table()[_region_names()[name]].name_ko for name, _, _ in likely))
        if not names:
            raise _Wrong("unknown_region", N_("There is no region of this name or code."))
        raise _Wrong("unknown_region", N_("There is no region of this name or code. Close to it: {near}."), near=names)
    return found


@cache
def _region_names() -> Mapping[str, str]:
    """Codes by what the places are called, long, short and in English: 대구광역시 수성구, 대구 수성구."""
    found: dict[str, str] = {}
    for row in regions.table().values():
        if row.valid_to is None and len(row.code) <= 5:
            for name in _called(row.name_ko, row.name_en):
                found.setdefault(letters(name), row.code)
    return found


def _called(korean: str, english: str | None) -> Iterator[str]:
    province, _, rest = korean.partition(" ")
    yield korean
    yield f"{_short(province)} {rest}"
    if english:
        yield english


def _short(province: str) -> str:
    if province.endswith(("북도", "남도")) and len(province) == 4:
        return province[0] + province[2]
    return province[:2]


def _skills(cell: str) -> list[dict[str, Any]]:
    return [_skill(part) for part in _LISTED.split(cell) if part.strip()]


def _skill(part: str) -> dict[str, Any]:
    name, colon, level = part.rpartition(":")
    if not colon:
        return {"skill": part.strip()[:80], "level": 3}
    if level.strip() not in {"1", "2", "3", "4", "5"}:
        raise _Wrong("wrong_level", N_("A level is a number from 1 to 5 behind a colon: ROS 2:3."))
    return {"skill": name.strip()[:80], "level": int(level)}


def _names(cell: str) -> list[str]:
    return [part.strip()[:80] for part in _LISTED.split(cell) if part.strip()]


_WON: Final = _number(0, 1_000_000_000)
_READERS: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType({
    "title": _text(200), "description": _text(2000), "field": _industry_field, "kind": _choice("kind"), "seats": _number(1, 500),
    "region": _region, "opens_on": _day, "closes_on": _deadline, "must_have": _skills, "nice_to_have": _skills,
    "licences": _names, "salary_lowest": _WON, "salary_highest": _WON, "salary_per": _choice("salary_per"),
    "weekly_hours": _number(1, 52), "starts_at": _clock_time, "ends_at": _clock_time, "duration_months": _number(1, 60),
    "origin": _choice("origin"),
})  # fmt: skip
