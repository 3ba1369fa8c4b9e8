"""Gives a report out: made, written down as issued, and sent as a file."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from services.reporting.commands.closings import note_issue
from services.reporting.reports.asking import ReportFormat, Wish, format_of
from services.reporting.reports.making import MEDIA_TYPES, Made, make
from services.reporting.reports.webpage import policy
from services.reporting.reports.working import issue_note
from services.reporting.tables import Making
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.i18n import Language


def named(name: str) -> tuple[str, ReportFormat]:
    """`hustar.pdf` is the framework `hustar` as PDF. Raises NotFound for a format that there is not."""
    framework, dot, kind = name.rpartition(".")
    if not dot:
        raise NotFound(N_("report format"))
    return framework, format_of(kind)


def issue(
    request: Request, session: ReadSession, wished: Wish, kind: ReportFormat, *, language: Language, by: Actor, back: str = ""
) -> Response:
    """The file. It is remembered by its SHA-256, so that checking it can say whether it is the one that was given out."""
    made = make(session, wished, kind, language, back=back)
    note = issue_note(wished, kind, made, language=language, by=by.subject)
    request.app.state.db.run(lambda writing: note_issue(writing, note), idempotent=True)
    return as_file(made, kind, language)


def made_file(row: Making) -> Response:
    """What was made while whoever asked for it waited elsewhere."""
    kind = ReportFormat(row.format)
    made = Made(row.content or b"", MEDIA_TYPES[kind], row.filename or "", row.checksum or "")
    return as_file(made, kind, "ko" if row.language == "ko" else "en")


def as_file(made: Made, kind: ReportFormat, language: Language) -> Response:
    """An answer that is the file."""
    headers = {
        "Content-Language": language,
        "Cache-Control": "private, no-store",
        "Report-Checksum": made.checksum,
        "Vary": "Accept-Language, Cookie, Authorization",
    }
    if kind is ReportFormat.HTML:
        headers |= {"Content-Security-Policy": policy(), "Referrer-Policy": "same-origin"}
    else:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.filename)}"
    return Response(made.data, media_type=made.media_type, headers=headers)
