"""A file of attendance: every row is kept or refused by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from services.trainees.commands.attendance import DayReport, EvaluationReport, MonthReport, Report, report_attendance
from services.trainees.domain.attendance_file import Read, read_attendance
from services.trainees.queries.chunks import in_chunks
from services.trainees.queries.enrolments import latest_in_cohort
from services.trainees.queries.scope import visible
from services.trainees.queries.sealing import number_hash
from services.trainees.tables import Cohort, StudentNumber, rows_of
from shared.auth.actor import Actor
from shared.clock import today
from shared.db import WriteSession
from shared.db.bulk import among
from shared.errors import N_, NotFound, Refused
from shared.spreadsheets.csv_sheet import csv_sheet


@dataclass(frozen=True, slots=True)
class RowFate:
    """What became of a row of the file."""

    line: int
    enrolment_id: UUID | None
    refusal: Refused | None


def bring_attendance(session: WriteSession, cohort_id: UUID, content: bytes, *, by: Actor, preview: bool) -> list[RowFate]:
    """Keep the attendance that a CSV tells of a cohort. With `preview` nothing is kept and the same is said.

    Raises NotFound, and BrokenFile where the file as a whole cannot be used.
    """
    cohort = visible(session, Cohort, cohort_id, actor=by)
    rows = list(read_attendance(csv_sheet(content), today=today()))
    reads = [read for _, read in rows if isinstance(read, Read)]
    known = _enrolments(session, cohort, reads)
    refusals: dict[int, Refused] = {line: read for line, read in rows if isinstance(read, Refused)}
    reports: list[tuple[int, Report]] = []
    for read in reads:
        enrolment_id = known.get(read.line)
        if enrolment_id is None:
            refusals[read.line] = NotFound(N_("enrolment"))
        else:
            reports.extend((read.line, report) for report in _reports(read, enrolment_id))
    said = report_attendance(session, [cohort_id], [report for _, report in reports], by=by, keep=not preview)
    for (line, _), refusal in zip(reports, said, strict=True):
        if refusal is not None:
            refusals.setdefault(line, refusal)
    return [RowFate(line, known.get(line), refusals.get(line)) for line, _ in rows]


def _reports(read: Read, enrolment_id: UUID) -> list[Report]:
    if read.day is not None and read.presence is not None:
        return [DayReport(enrolment_id, read.day, read.presence)]
    assert read.month is not None
    found: list[Report] = []
    if read.counted is not None:
        found.append(MonthReport(enrolment_id, read.month, read.counted))
    if read.passed is not None:
        found.append(EvaluationReport(enrolment_id, read.month, read.passed))
    return found


def _enrolments(session: WriteSession, cohort: Cohort, reads: Sequence[Read]) -> Mapping[int, UUID]:
    """Whose enrolment each line is about."""
    found = {read.line: read.enrolment_id for read in reads if read.enrolment_id is not None}
    table = rows_of(StudentNumber)
    hashes = {
        read.line: number_hash(session, cohort.university_id, read.student_no)
        for read in reads
        if read.student_no is not None and read.line not in found
    }

    def statement(part: Sequence[bytes]) -> Select[tuple[bytes, UUID]]:
        of_university = table.c.university_id == cohort.university_id
        return select(table.c.number_hash, table.c.person_id).where(of_university, among(session, table.c.number_hash, part))

    persons = {row.number_hash: row.person_id for row in in_chunks(session, sorted(set(hashes.values())), statement)}
    latest = latest_in_cohort(session, cohort.id, sorted(set(persons.values())))
    for line, hash_ in hashes.items():
        enrolled = latest.get(persons[hash_]) if hash_ in persons else None
        if enrolled is not None:
            found[line] = enrolled.enrolment_id
    return found
