"""Gives a report out: made, written down as issued, and sent as a file."""

from hashlib import sha256
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from services.reporting.commands.closings import note_issue
from services.reporting.reports.asking import ReportFormat, Wish, format_of
from services.reporting.reports.making import Made, make
from services.reporting.reports.webpage import policy
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
    note: dict[str, Any] = {
        "sha256": sha256(made.data).hexdigest(),
        "by": by.subject,
        "plan": wished.framework,
        "format": str(kind),
        "checksum": made.checksum,
        "asked": _asked(wished, language),
    }
    request.app.state.db.run(lambda writing: note_issue(writing, note), idempotent=True)
    return _file(made, kind, language)


def _asked(wished: Wish, language: Language) -> dict[str, Any]:
    told = {"period": wished.period, "as_of": wished.as_of.isoformat(), "known_at": wished.known_at.isoformat()}
    return {**told, "filters": wished.filters, "language": language}


def _file(made: Made, kind: ReportFormat, language: Language) -> Response:
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
