"""Turns templates into answers: the reader's language, addresses that keep their state, headers that let nothing else in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import Response

from services.reporting.pages import assets
from services.reporting.pages.formatting import Format
from shared.i18n import Language, negotiate
from shared.i18n.language import LANGUAGES

TEMPLATES: Final = Path(__file__).with_name("templates")
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Vary": "Accept-Language, Cookie",
}
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a reader wants a page, as far as its address says: the language, and whether it brings itself up to date."""

    language: Language
    live: bool = True
    chosen: bool = False

    @classmethod
    def of(cls, request: Request, *, lang: str | None, live: str | None = None) -> "Look":
        """From the address, else from Accept-Language, Korean first. What makes no sense is passed over."""
        chosen = next((language for language in LANGUAGES if language == lang), None)
        return cls(chosen or negotiate(request.headers.get("accept-language")), live != "off", chosen is not None)

    def address(self, path: str = "/", *, language: Language | None = None, live: bool | None = None) -> str:
        """The same page with something else about it."""
        running = self.live if live is None else live
        wanted = {"lang": language or (self.language if self.chosen else ""), "live": "" if running else "off"}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return f"{path}?{query}" if query else path


def render(name: str, look: Look, *, status: int = 200, headers: Mapping[str, str] | None = None, **content: Any) -> Response:
    """A template as a page."""
    form = Format(look.language)
    html = _ENVIRONMENT.get_template(name).render(
        look=look, form=form, t=form.text, asset=assets.address, integrity=assets.integrity, **content
    )
    return Response(
        html,
        status_code=status,
        media_type="text/html",
        headers={**HEADERS, "Content-Language": look.language, **(headers or {})},
    )


@cache
def appearance() -> str:
    """Changes when the templates do: part of what makes two renderings the same."""
    return sha256(b"".join(path.read_bytes() for path in sorted(TEMPLATES.glob("*.html")))).hexdigest()
