"""The process that prints: HTML on standard input, a tagged PDF (PDF/UA-1) on standard output. Imports nothing of ours.

Exit codes: 3 a library of the system is missing, 4 there is no Korean TrueType font.
"""

import gc
import sys
from pathlib import Path

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
KOREAN = ("NanumGothic", "malgun", "AppleSDGothicNeo", "AppleGothic", "Pretendard")
NO_LIBRARY, NO_FONT = 3, 4


def main() -> int:
    """Print what comes in."""
    gc.disable()  # it ends when it has printed: what it leaves behind goes with it
    if not any(name in path.name for root in FOLDERS for path in Path(root).glob("**/*.tt[fc]") for name in KOREAN):
        return NO_FONT
    try:
        from weasyprint import HTML, Attachment
        from weasyprint.urls import URLFetcher
    except OSError:
        return NO_LIBRARY
    html, _, data = sys.stdin.buffer.read().partition(b"\0")
    attached = Attachment(string=data.decode(), name="figures.json", description="Figures of this report", relationship="Data")
    # Only what is inside the document is read: reports hold everything that they show.
    document = HTML(string=html.decode(), url_fetcher=URLFetcher(allowed_protocols=["data"], fail_on_errors=True))
    sys.stdout.buffer.write(document.write_pdf(pdf_variant="pdf/ua-1", media_type="print", attachments=[attached]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
