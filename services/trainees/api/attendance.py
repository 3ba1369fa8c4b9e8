"""Attendance, allowances and early warnings over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from services.trainees import schemas
from services.trainees.api.policies import ADMIT, READ, SEE_PERSONS
from services.trainees.api.purposes import Purpose, PurposeNote
from services.trainees.commands.allowance_export import HEADER, export_allowances
from services.trainees.commands.attendance import report_attendance
from services.trainees.commands.attendance_file import bring_attendance
from services.trainees.domain.attendance import REASONS, month_of
from services.trainees.domain.purposes import stated
from services.trainees.queries import attendance as queries
from services.trainees.queries.allowances import AllowanceOfMonth, allowances, allowances_of
from services.trainees.queries.rules import rules_of
from services.trainees.queries.scope import visible
from services.trainees.tables import Cohort, Enrolment
from shared.auth.actor import Actor
from shared.db import Database, ReadSession, WriteSession
from shared.errors import Refused
from shared.http import ServiceRouter, Upload
from shared.http.row_results import language_of, row_problem
from shared.i18n import Language, translate
from shared.spreadsheets.writing import to_csv, to_xlsx

router = ServiceRouter(prefix="/api/v1")
Month = Annotated[date, Query(description="any day of the month")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 10 * 1024 * 1024

Fate = tuple[int, UUID | None, Refused | None]


@router.post("/cohorts/{cohort_id}/attendance", policy=ADMIT, response_model=schemas.AttendanceResults, status_code=207)
def report_cohort_attendance(
    cohort_id: UUID, body: schemas.AttendanceReport, session: WriteSession, actor: Actor, request: Request
) -> schemas.AttendanceResults:
    """Report attendance by day or by month, and evaluations. A later report about the same supersedes the earlier one."""
    visible(session, Cohort, cohort_id, actor=actor)
    return _report(session, [cohort_id], body, actor, request)


@router.post("/enrolments/{enrolment_id}/attendance", policy=ADMIT, response_model=schemas.AttendanceResults, status_code=207)
def report_enrolment_attendance(
    enrolment_id: UUID, body: schemas.AttendanceReport, session: WriteSession, actor: Actor, request: Request
) -> schemas.AttendanceResults:
    """The same for one enrolment of one cohort."""
    enrolment = visible(session, Enrolment, enrolment_id, actor=actor)
    return _report(session, [enrolment.cohort_id], body, actor, request)


def _report(
    session: WriteSession, cohorts: Sequence[UUID], body: schemas.AttendanceReport, actor: Actor, request: Request
) -> schemas.AttendanceResults:
    reports = body.reports()
    said = report_attendance(session, cohorts, reports, by=actor, reported_on=body.reported_on, keep=not body.preview)
    pairs = enumerate(zip(reports, said, strict=True), 1)
    fates = [(row, report.enrolment_id, refusal) for row, (report, refusal) in pairs]
    return _results(fates, preview=body.preview, language=language_of(request))


@router.post(
    "/cohorts/{cohort_id}/attendance-files",
    policy=ADMIT,
    response_model=schemas.AttendanceResults,
    status_code=207,
    max_body=LARGEST,
    consumes=("text/csv",),
)
def send_attendance(
    cohort_id: UUID,
    *,
    file: Upload,
    session: WriteSession,
    actor: Actor,
    request: Request,
    preview: bool = False,
) -> schemas.AttendanceResults:
    """Bring a CSV in: 학번 with 일자 and 출결, or with 월, 훈련일수, 결석, 지각, 조퇴, 공가 and 평가."""
    found = bring_attendance(session, cohort_id, file.content, by=actor, preview=preview)
    fates = [(each.line, each.enrolment_id, each.refusal) for each in found]
    return _results(fates, preview=preview, language=language_of(request))


def _results(fates: Sequence[Fate], *, preview: bool, language: Language) -> schemas.AttendanceResults:
    refused = [
        schemas.ReportResult(row=row, enrolment_id=id_, status=refusal.status, problem=row_problem(refusal, language))
        for row, id_, refusal in fates
        if refusal is not None
    ]
    kept = len(fates) - len(refused)
    return schemas.AttendanceResults(preview=preview, kept=kept, refused=len(refused), results=refused)


@router.get("/enrolments/{enrolment_id}/attendance", policy=READ, response_model=schemas.AttendancePublic)
def read_attendance(enrolment_id: UUID, session: ReadSession, actor: Actor, month: date | None = None) -> dict[str, Any]:
    """Every month with its compliance; with `month` the single days too, where that month is kept by day."""
    enrolment = visible(session, Enrolment, enrolment_id, actor=actor)
    rules = rules_of(session.get_one(Cohort, enrolment.cohort_id))
    days = queries.days_of(session, enrolment_id, month=month_of(month)) if month else []
    months = queries.months_of(session, enrolment_id, rules=rules)
    return {"enrolment_id": enrolment_id, "months": months, "days": days}


@router.get("/enrolments/{enrolment_id}/allowances", policy=READ, response_model=schemas.AllowancesPublic)
def read_enrolment_allowances(
    enrolment_id: UUID, session: ReadSession, actor: Actor, request: Request
) -> schemas.AllowancesPublic:
    """What each month pays to one person, and why it does or does not."""
    enrolment = visible(session, Enrolment, enrolment_id, actor=actor)
    return _allowances(allowances_of(session, enrolment), language_of(request))


@router.get("/cohorts/{cohort_id}/allowances", policy=READ, response_model=schemas.AllowancesPublic)
def read_cohort_allowances(
    cohort_id: UUID, month: Month, session: ReadSession, actor: Actor, request: Request
) -> schemas.AllowancesPublic:
    """What a month pays to everybody in the cohort, and why it does or does not."""
    cohort = visible(session, Cohort, cohort_id, actor=actor)
    return _allowances(allowances(session, cohort, month=month_of(month)), language_of(request))


def _allowances(found: Sequence[AllowanceOfMonth], language: Language) -> schemas.AllowancesPublic:
    items = [
        schemas.AllowancePublic(
            enrolment_id=each.enrolment_id,
            person_id=each.person_id,
            month=each.month,
            won=each.won,
            reasons=[schemas.ReasonExplained(code=code, text=translate(REASONS[code], language)) for code in each.reasons],
            days=each.days,
            absences=each.absences,
            attended_percent=each.attended_percent,
            evaluation_passed=each.evaluation_passed,
        )
        for each in found
    ]
    return schemas.AllowancesPublic(items=items, total_won=sum(each.won for each in items))


@router.get("/cohorts/{cohort_id}/allowances.csv", policy=SEE_PERSONS, produces="text/csv")
def export_allowances_csv(
    cohort_id: UUID,
    month: Month,
    *,
    actor: Actor,
    request: Request,
    purpose: Purpose = None,
    purpose_note: PurposeNote = None,
) -> Response:
    """The same with names, for Excel. Whose names were taken out is on record in the access log."""
    header, rows = _exported(cohort_id, month, actor, request, stated(purpose, purpose_note))
    return _file(to_csv(header, rows), f"allowances-{month:%Y-%m}.csv", "text/csv; charset=utf-8")


@router.get("/cohorts/{cohort_id}/allowances.xlsx", policy=SEE_PERSONS, produces=XLSX)
def export_allowances_xlsx(
    cohort_id: UUID,
    month: Month,
    *,
    actor: Actor,
    request: Request,
    purpose: Purpose = None,
    purpose_note: PurposeNote = None,
) -> Response:
    """The same as a workbook."""
    header, rows = _exported(cohort_id, month, actor, request, stated(purpose, purpose_note))
    return _file(to_xlsx(header, rows), f"allowances-{month:%Y-%m}.xlsx", XLSX)


def _exported(cohort_id: UUID, month: date, actor: Actor, request: Request, purpose: str) -> tuple[Any, Any]:
    # A read that writes: routes of the GET kind are given no write session, so it takes its own.
    database: Database = request.app.state.db
    language = language_of(request)
    asked = {
        "month": month_of(month), "by": actor, "language": language, "purpose": purpose,
        "origin": request.client.host if request.client else None,
    }  # fmt: skip
    rows = database.run(lambda session: export_allowances(session, cohort_id, **asked))  # type: ignore[arg-type]
    return HEADER[language], rows


def _file(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/cohorts/{cohort_id}/warnings", policy=READ, response_model=schemas.WarningsPublic)
def read_warnings(cohort_id: UUID, session: ReadSession, actor: Actor) -> dict[str, Any]:
    """Whom to look after: absent on training days in a row, or below the required share in the last month reported."""
    cohort = visible(session, Cohort, cohort_id, actor=actor)
    return {"items": queries.warnings(session, cohort)}
