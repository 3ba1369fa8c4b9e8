"""What we hold of a university as a OneRoster 1.2 CSV package (bulk), which brought in again changes nothing."""

import base64
import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from services.trainees.domain.persons import PersonData
from services.trainees.domain.roster.oneroster import APPLIED_ON, BIRTH_DATE, FILES, FULL_NAME, HEADERS
from services.trainees.domain.stages import EXITS
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.sealing import hash_of, opened, unseal
from services.trainees.tables import (
    Cohort,
    Enrolment,
    PersonRecord,
    Program,
    RosterEntry,
    StageStep,
    StudentNumber,
    University,
    rows_of,
)
from shared.db import ReadSession
from shared.db.bulk import among

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Package:
    """The zip, and whose data is in it."""

    content: bytes
    person_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True, repr=False)
class _Enrolled:
    enrolment_id: UUID
    cohort_id: UUID
    person_id: UUID
    applied_on: date
    person: PersonData
    student_no: str


def oneroster_package(session: ReadSession, university: University, *, cohort_id: UUID | None = None) -> Package:
    """Everybody with a student number who is enrolled there, or was to the end; who vanished by a roster is not."""
    cohorts = _cohorts(session, university.id, cohort_id)
    enrolled = _enrolled(session, university.id, list(cohorts))
    school = f"org-{university.code}"
    files: dict[str, list[Cells]] = {
        "orgs": [{"sourcedId": school, "name": university.name_ko, "type": "school", "identifier": university.code}],
        "academicSessions": [_session(cohort) for cohort, _ in cohorts.values()],
        "courses": list({program.id: _course(program, school) for _, program in cohorts.values()}.values()),
        "classes": [_class(cohort, school) for cohort, _ in cohorts.values()],
    }
    keys = {each.person_id: _key(session, university.id, each.student_no) for each in enrolled}
    users = {each.person_id: each for each in enrolled}
    files["users"] = [_user(keys[person_id], each, school) for person_id, each in sorted(users.items())]
    files["roles"] = [_role(keys[person_id], school) for person_id in sorted(users)]
    files["enrollments"] = [_enrollment(each, keys[each.person_id], school) for each in enrolled]
    return Package(_zipped(files), sorted(users))


def _cohorts(session: ReadSession, university_id: UUID, cohort_id: UUID | None) -> dict[UUID, tuple[Cohort, Program]]:
    cohorts = rows_of(Cohort)
    statement = select(Cohort, Program).join(Program, rows_of(Program).c.id == cohorts.c.program_id)
    statement = statement.where(cohorts.c.university_id == university_id).order_by(cohorts.c.id)
    if cohort_id is not None:
        statement = statement.where(cohorts.c.id == cohort_id)
    return {cohort.id: (cohort, program) for cohort, program in session.execute(statement)}


def _enrolled(session: ReadSession, university_id: UUID, cohort_ids: Sequence[UUID]) -> list[_Enrolled]:
    found = _latest(session, cohort_ids)
    persons = sorted({row.person_id for row in found})
    records = {row.person_id: opened(session, row) for row in in_chunks(session, persons, _records(session))}
    numbers: dict[UUID, str] = {}
    for row in in_chunks(session, persons, _numbers(session, university_id)):
        number = unseal(session, row.number, about=row.person_id, field="student_no")
        numbers[row.person_id] = min(number, numbers.get(row.person_id, number))
    return [
        _Enrolled(row.id, row.cohort_id, row.person_id, row.effective_on, records[row.person_id], numbers[row.person_id])
        for row in found
        if row.person_id in numbers and row.person_id in records
    ]


def _latest(session: ReadSession, cohort_ids: Sequence[UUID]) -> list[Any]:
    """Of each person in each cohort the living enrolment, or the last that ended; none that rosters no longer name."""
    table, entries, steps = rows_of(Enrolment), rows_of(RosterEntry), rows_of(StageStep)
    columns = (table.c.id, table.c.person_id, table.c.cohort_id, table.c.stage, steps.c.effective_on, entries.c.present)
    statement = (
        select(*columns)
        .join(steps, (steps.c.enrolment_id == table.c.id) & (steps.c.version == 1))
        .outerjoin(entries, entries.c.enrolment_id == table.c.id)
        .where(table.c.cohort_id.in_(cohort_ids), or_(entries.c.present.is_(None), entries.c.present))
        .order_by(table.c.id)
    )
    latest: dict[tuple[UUID, UUID], Any] = {}
    for row in session.execute(statement):
        key = (row.person_id, row.cohort_id)
        if key not in latest or latest[key].stage in EXITS:
            latest[key] = row
    return list(latest.values())


def _records(session: ReadSession) -> Any:
    table = rows_of(PersonRecord)

    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(table).where(among(session, table.c.person_id, part))

    return statement


def _numbers(session: ReadSession, university_id: UUID) -> Any:
    table = rows_of(StudentNumber)

    def statement(part: Sequence[UUID]) -> Select[Any]:
        return select(table).where(table.c.university_id == university_id, among(session, table.c.person_id, part))

    return statement


def _key(session: ReadSession, university_id: UUID, student_no: str) -> str:
    """A key that is always the same for a number and says nothing about it."""
    return base64.b32encode(hash_of(session, f"oneroster\x1f{university_id}\x1f{student_no}"))[:26].decode()


def _session(cohort: Cohort) -> Cells:
    days = {"startDate": cohort.starts_on.isoformat(), "endDate": cohort.ends_on.isoformat()}
    return {
        "sourcedId": f"term-{cohort.id}",
        "title": cohort.code,
        "type": "term",
        **days,
        "schoolYear": str(cohort.ends_on.year),
    }


def _course(program: Program, school: str) -> Cells:
    return {"sourcedId": f"course-{program.id}", "title": program.name_ko, "courseCode": program.code, "orgSourcedId": school}


def _class(cohort: Cohort, school: str) -> Cells:
    return {
        "sourcedId": f"class-{cohort.id}", "title": cohort.code, "courseSourcedId": f"course-{cohort.program_id}",
        "classCode": cohort.code, "classType": "scheduled", "schoolSourcedId": school, "termSourcedIds": f"term-{cohort.id}",
    }  # fmt: skip


def _user(key: str, each: _Enrolled, school: str) -> Cells:
    person = each.person
    family, given = person.name[:1], person.name[1:] or "-"
    return {
        "sourcedId": key, "enabledUser": "true", "username": key, "givenName": given, "familyName": family,
        "identifier": each.student_no, "email": person.email or "", "phone": person.phone, "primaryOrgSourcedId": school,
        FULL_NAME: person.name, BIRTH_DATE: person.birth_date.isoformat(),
    }  # fmt: skip


def _role(key: str, school: str) -> Cells:
    role = {"sourcedId": f"role-{key}", "userSourcedId": key, "roleType": "primary", "role": "student"}
    return {**role, "orgSourcedId": school}


def _enrollment(each: _Enrolled, key: str, school: str) -> Cells:
    return {
        "sourcedId": f"enrollment-{each.enrolment_id}", "classSourcedId": f"class-{each.cohort_id}", "schoolSourcedId": school,
        "userSourcedId": key, "role": "student", APPLIED_ON: each.applied_on.isoformat(),
    }  # fmt: skip


_MORE = {"users": (FULL_NAME, BIRTH_DATE), "enrollments": (APPLIED_ON,)}


def _zipped(files: Mapping[str, Iterable[Cells]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        manifest = [("manifest.version", "1.0"), ("oneroster.version", "1.2")]
        manifest += [(f"file.{name}", "bulk" if name in files else "absent") for name in FILES]
        manifest += [("source.systemName", "HuStar Tracker")]
        archive.writestr("manifest.csv", _csv(("propertyName", "value"), manifest))
        for name, rows in files.items():
            header = (*HEADERS[name], *_MORE.get(name, ()))
            archive.writestr(f"{name}.csv", _csv(header, [[row.get(column, "") for column in header] for row in rows]))
    return buffer.getvalue()


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
