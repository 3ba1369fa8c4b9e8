"""Has reports printed by processes of their own, a few at a time, each with an end."""

import subprocess
import sys
from threading import BoundedSemaphore
from typing import Final

import structlog

from services.reporting.reports import press
from shared.errors import N_, Refused, Unavailable

log = structlog.get_logger()
SECONDS: Final = 180
_AT_ONCE: Final = BoundedSemaphore(2)
_WAIT: Final = 30


class NoPrintLibrary(Refused):
    status = 501
    code = "pdf_library_missing"
    title = N_("PDF cannot be made here")
    detail = N_(
        "The system lacks Pango, which draws PDF. Install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0, and try "
        "again; every other format works."
    )


class NoKoreanFont(Refused):
    status = 501
    code = "korean_font_missing"
    title = N_("PDF cannot be made here")
    detail = N_("The system has no Korean TrueType font to embed. Install fonts-nanum, and try again; every other format works.")


def as_pdf(html: str, data: str) -> bytes:
    """The page on paper, with its figures attached. Raises NoPrintLibrary, NoKoreanFont, Unavailable."""
    if not _AT_ONCE.acquire(timeout=_WAIT):
        raise Unavailable(retry_after=30)
    try:
        done = subprocess.run(
            [sys.executable, "-I", press.__file__],
            input=html.encode() + b"\0" + data.encode(),
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        log.warning("report_not_printed", reason="timeout")
        raise Unavailable(retry_after=60) from None
    finally:
        _AT_ONCE.release()
    if done.returncode == press.NO_LIBRARY:
        raise NoPrintLibrary
    if done.returncode == press.NO_FONT:
        raise NoKoreanFont
    if done.returncode:
        log.error("report_not_printed", reason=done.stderr.decode(errors="replace")[-800:])
        raise Unavailable
    return done.stdout
