"""Lists of projects in files: CSV, XLSX, or YAML as in a framework file. All of a list is taken in, or nothing."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from services.reporting.frameworks import yaml_text
from services.reporting.frameworks.documents import Framework, PlannedProject
from services.reporting.frameworks.files import FrameworkError, field_errors, parsed
from shared.errors import N_, FieldError, Invalid
from shared.http.validation import body_errors
from shared.spreadsheets.archive import Archive
from shared.spreadsheets.csv_sheet import csv_sheet, decoded
from shared.spreadsheets.sheets import Sheet
from shared.spreadsheets.xlsx_sheet import xlsx_sheet

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("code", "코드", "사업코드"),
    "name_ko": ("name", "사업명", "이름"),
    "name_en": ("영문명", "영문 사업명"),
    "node": ("strategy", "전략", "분야"),
    "owner_ko": ("owner", "담당부서", "부서"),
    "owner_en": ("영문 담당부서",),
    "organisation": ("수행기관", "기관코드"),
    "budget_won": ("budget", "예산", "예산(원)"),
    "starts_on": ("start", "시작일"),
    "ends_on": ("end", "종료일"),
    "flagship": ("대표과제",),
}
_REQUIRED: Final = ("id", "name_ko")
_TRUE: Final = frozenset({"true", "1", "y", "yes", "o", "예"})
_FALSE: Final = frozenset({"", "false", "0", "n", "no", "x", "아니오"})
_MOST: Final = 2000


@dataclass(frozen=True, slots=True)
class ProjectList:
    """The projects of a list, and whom reports of them may come from."""

    projects: Sequence[PlannedProject]
    organisations: Mapping[str, str]


def read_projects(content: bytes, framework: Framework, *, yaml: bool = False) -> ProjectList:
    """Take a list apart and check it against its plan. Raises BrokenFile, and Invalid with line and column of every fault."""
    found = _from_yaml(content) if yaml else _from_sheet(content)
    errors = list(_faults(found.projects, framework, lines=found.lines))
    if errors:
        raise Invalid(*errors[:200])
    return ProjectList(found.projects, found.organisations)


@dataclass(frozen=True, slots=True)
class _Read:
    projects: Sequence[PlannedProject]
    organisations: Mapping[str, str]
    lines: Sequence[int]


def _from_yaml(content: bytes) -> _Read:
    text = decoded(content)
    try:
        said = parsed(text, "projects", TypeAdapter(dict[str, list[PlannedProject]]).validate_python)
    except FrameworkError as error:
        raise Invalid(*field_errors(error)) from None
    if list(said) != ["projects"] or len(said["projects"]) > _MOST:
        message = N_("Must be a list of at most {most} projects under `projects`.")
        raise Invalid(FieldError("/projects", "not_a_list", message, {"most": _MOST}))
    known = yaml_text.lines(text)
    return _Read(said["projects"], {}, [known[f"/projects/{place}"] for place in range(len(said["projects"]))])


def _from_sheet(content: bytes) -> _Read:
    sheet = xlsx_sheet(Archive(content)) if content.startswith(b"PK") else csv_sheet(content)
    names = _names(sheet)
    projects: list[PlannedProject] = []
    lines: list[int] = []
    errors: list[FieldError] = []
    organisations: dict[str, str] = {}
    for line in sheet.lines:
        if len(lines) == _MOST:
            message = N_("Must be a list of at most {most} projects under `projects`.")
            raise Invalid(FieldError(f"/lines/{line.number}", "too_many_rows", message, {"most": _MOST}))
        cells = {name: cell.strip() for name, cell in zip(names, line.cells, strict=False) if name is not None}
        try:
            projects.append(PlannedProject.model_validate(_row(cells)))
            lines.append(line.number)
            if cells.get("organisation"):
                organisations[projects[-1].id] = cells["organisation"][:40]
        except ValidationError as error:
            errors += [_at(each, line.number) for each in body_errors(error.errors(include_url=False, include_input=False))]
    if errors:
        raise Invalid(*errors[:200])
    return _Read(projects, organisations, lines)


def _names(sheet: Sheet) -> list[str | None]:
    known = {_plain(spelling): name for name, others in COLUMNS.items() for spelling in (name, *others)}
    names = [known.get(_plain(cell)) for cell in sheet.header]
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        message = N_("The first line has no column {column}.")
        raise Invalid(*[FieldError(f"/lines/1/{name}", "missing_column", message, {"column": name}) for name in missing])
    doubled = [name for name in COLUMNS if names.count(name) > 1]
    if doubled:
        message = N_("The column {column} occurs more than once.")
        raise Invalid(*[FieldError(f"/lines/1/{name}", "duplicate_column", message, {"column": name}) for name in doubled])
    return names


def _row(cells: Mapping[str, str]) -> dict[str, Any]:
    amount = cells.get("budget_won", "").replace(",", "")
    owner = cells.get("owner_ko") or cells.get("owner_en")
    flag = cells.get("flagship", "").casefold()
    return {
        "id": cells.get("id", "").casefold(),
        "name": {"ko": cells.get("name_ko", ""), "en": cells.get("name_en") or cells.get("name_ko", "")},
        "node": cells.get("node") or None,
        "owner": {"ko": cells.get("owner_ko") or owner, "en": cells.get("owner_en") or owner} if owner else None,
        "budget_won": int(amount) if amount.isdecimal() else amount or None,
        "starts_on": cells.get("starts_on") or None,
        "ends_on": cells.get("ends_on") or None,
        "flagship": True if flag in _TRUE else False if flag in _FALSE else flag,
    }


def _at(error: FieldError, line: int) -> FieldError:
    column = {"/name/ko": "/name_ko", "/name/en": "/name_en", "/owner/ko": "/owner_ko", "/owner/en": "/owner_en"}
    return FieldError(f"/lines/{line}{column.get(error.pointer, error.pointer)}", error.code, error.message, error.params)


def _faults(projects: Sequence[PlannedProject], framework: Framework, *, lines: Sequence[int]) -> list[FieldError]:
    nodes, seen, errors = framework.node_ids(), set(), []
    for line, project in zip(lines, projects, strict=True):
        if project.id in seen:
            errors.append(FieldError(f"/lines/{line}/id", "id_taken", N_("Something else has this id already.")))
        seen.add(project.id)
        if project.node is not None and project.node not in nodes:
            message, allowed = N_("There is none of this name. There are: {allowed}."), ", ".join(nodes) or "-"
            errors.append(FieldError(f"/lines/{line}/node", "unknown_node", message, {"allowed": allowed}))
    return errors


def _plain(cell: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", cell).casefold() if each.isalnum())
