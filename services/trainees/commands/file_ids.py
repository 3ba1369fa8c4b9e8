"""Names in an office's file become the ids under which everybody else knows the persons. Nothing of the file is kept."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.domain import values
from services.trainees.domain.values import Unusable
from services.trainees.queries.identity import counts_as
from services.trainees.queries.sealing import birth_hash, name_hash
from services.trainees.tables import AccessEntry, Person, PersonRecord, rows_of
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.db import WriteSession
from shared.db.bulk import among, bulk_insert
from shared.ids import new_id
from shared.spreadsheets.named_columns import BadCell, Columns, Row, business_number_in, day_in, read_lines

COLUMNS: Final = Columns(
    required=("name", "birth_date"),
    optional=("business_number", "acquired_on", "lost_on"),
    spellings={
        "name": ("성명", "이름"),
        "birth_date": ("생년월일",),
        "business_number": ("사업자등록번호", "사업자번호"),
        "acquired_on": ("취득일", "취득일자", "자격취득일", "자격취득일자"),
        "lost_on": ("상실일", "상실일자", "자격상실일", "자격상실일자"),
    },
    leaves_out_others=True,
)
HEADER: Final = ("person_id", "business_number", "acquired_on", "lost_on", "result")
ACTION: Final = "person.id_for_file"
_AT_ONCE: Final = 1000
_ACCESS: Final = ("id", "recorded_at", "actor", "organisation", "origin", "action", "person_id", "purpose")

Keys = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class FileRow:
    """What stands in the place of one row: the person's id where there is one, days and a company, and a code."""

    person_id: UUID | None
    business_number: str
    acquired_on: date | None
    lost_on: date | None
    result: str


def ids_for_file(session: WriteSession, content: bytes, *, by: Actor, purpose: str, origin: str | None = None) -> list[FileRow]:
    """One row for each of the file's, in its order, with the person's id in the place of name and birth date.

    Columns: 성명, 생년월일, if wanted 사업자등록번호, 취득일, 상실일; others are left out. `result` is found, unknown,
    ambiguous (several persons of that name and birth date) or the code of the cell that cannot be read. Every person who
    is found goes to the access log. Raises BrokenFile.
    """
    rows = read_lines(content, COLUMNS)
    result: list[FileRow] = []
    for start in range(0, len(rows), _AT_ONCE):
        result.extend(_answered(session, rows[start : start + _AT_ONCE]))
    _log(session, sorted({row.person_id for row in result if row.person_id}), by=by, purpose=purpose, origin=origin)
    return result


def _answered(session: WriteSession, rows: Sequence[Row]) -> list[FileRow]:
    keys: dict[int, Keys] = {}
    problems: dict[int, str] = {}
    for row in rows:
        try:
            keys[row.number] = _keys(session, row)
        except Unusable as unusable:
            problems[row.number] = unusable.code
    known = _persons(session, sorted(set(keys.values())))
    return [_row(row, known.get(keys[row.number], set()) if row.number in keys else problems[row.number]) for row in rows]


def _keys(session: WriteSession, row: Row) -> Keys:
    born = values.birth_date(row.cells["birth_date"], today=today())
    return name_hash(session, values.person_name(row.cells["name"])), birth_hash(session, born.isoformat())


def _persons(session: WriteSession, keys: Sequence[Keys]) -> Mapping[Keys, set[UUID]]:
    """Whom each name and birth date fits, merged persons as the one that they count as."""
    records = rows_of(PersonRecord)
    columns = (col(PersonRecord.name_hash), col(PersonRecord.birth_hash), counts_as())
    statement = select(*columns).join(Person, col(Person.id) == col(PersonRecord.person_id))
    names, births = sorted({name for name, _ in keys}), sorted({born for _, born in keys})
    wanted = statement.where(among(session, records.c.name_hash, names), among(session, records.c.birth_hash, births))
    found: defaultdict[Keys, set[UUID]] = defaultdict(set)
    for name, born, person_id in session.execute(wanted):
        found[name, born].add(person_id)
    return found


def _row(row: Row, known: set[UUID] | str) -> FileRow:
    person_id, result = None, known if isinstance(known, str) else "ambiguous" if known else "unknown"
    if not isinstance(known, str) and len(known) == 1:
        person_id, result = next(iter(known)), "found"
    try:
        number = business_number_in(row, "business_number") if row.cells.get("business_number") else ""
        days = [day_in(row, column, today=today()) for column in ("acquired_on", "lost_on")]
    except BadCell as bad:
        return FileRow(person_id, "", None, None, bad.code)
    return FileRow(person_id, number, days[0], days[1], result)


def _log(session: WriteSession, person_ids: Sequence[UUID], *, by: Actor, purpose: str, origin: str | None) -> None:
    said = (now(), by.subject, by.organisation, origin, ACTION)
    bulk_insert(session, rows_of(AccessEntry), _ACCESS, [(new_id(), *said, person_id, purpose) for person_id in person_ids])
