"""The look that all pages share, put in front of what a page adds to it: one style sheet to fetch, or to stand in the page."""

import base64
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

_GROUND: Final = Path(__file__).with_name("ground.css")


@cache
def styled(own: Path | None = None) -> bytes:
    """The shared style sheet, followed by the page's own."""
    return _GROUND.read_bytes() + (own.read_bytes() if own is not None else b"")


def style_version(own: Path | None = None) -> str:
    """What changes whenever the style does."""
    return sha256(styled(own)).hexdigest()[:16]


def inline_policy(own: Path | None = None) -> str:
    """The Content-Security-Policy of a page that carries its style in itself, and nothing else."""
    digest = base64.b64encode(sha256(styled(own)).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
