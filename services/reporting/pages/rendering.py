"""Turns templates into answers: the reader's language and theme, addresses that keep their state, headers that let nothing in."""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from services.reporting.pages import assets
from services.reporting.pages.cells import Words
from services.reporting.pages.formatting import Format
from services.reporting.pages.passing import SHARED, Passed
from shared.i18n import Language, negotiate
from shared.i18n.language import LANGUAGES

Theme = Literal["system", "light", "dark"]
TEMPLATES: Final = Path(__file__).with_name("templates")
THEMES: Final[tuple[Theme, ...]] = ("system", "light", "dark")
THEME_COOKIE: Final = "hustar_theme"
THEME_SECONDS: Final = 400 * 24 * 3600
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Vary": "Accept-Language, Accept-Encoding, Cookie",
}
# What goes along from page to page, in the order in which addresses have it.
TRAVELLING: Final = ("lang", "tour", "as_of", "known_at", "period")
_WORTH_SQUEEZING: Final = 1000
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals |= {"product_version": version("hustar-tracker"), "words": Words}
_ENVIRONMENT.tests["words"] = lambda head: isinstance(head, Words)


def with_code(text: str) -> Markup:
    """A sentence whose commands, between backticks, look as what one types."""
    parts = enumerate(text.split("`"))
    return Markup().join(Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in parts)


_ENVIRONMENT.filters["with_code"] = with_code


@dataclass(frozen=True, slots=True)
class Look:
    """How a reader wants a page, and where they are: `query` is what its address says, in the address's order.

    A theme that the address names is remembered in a cookie, so that links need not carry it along.
    """

    language: Language
    theme: Theme = "system"
    live: bool = True
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    chosen: bool = False
    themed: bool = False
    squeezed: bool = False

    @classmethod
    def of(cls, request: Request, *, lang: str | None = None) -> "Look":
        """From the address, else from the cookie and from Accept-Language, Korean first. What makes no sense is passed over."""
        passed: Passed | None = request.scope.get(SHARED)
        given = request.query_params.items() if passed is None else passed.query
        query = {name: value for name, value in given if value and name != "theme"}
        lang = lang or query.get("lang")
        chosen = next((language for language in LANGUAGES if language == lang), None)
        if chosen is None:
            query.pop("lang", None)
        else:
            query = {"lang": chosen, **query}
        asked, kept = request.query_params.get("theme"), request.cookies.get(THEME_COOKIE)
        theme: Theme = next((each for wanted in (asked, kept) for each in THEMES if each == wanted), "system")
        return cls(
            language=chosen or negotiate(request.headers.get("accept-language")),
            theme=theme,
            live=query.get("live") != "off",
            path=request.url.path if passed is None else passed.path,
            query=tuple(query.items()),
            chosen=chosen is not None,
            themed=asked in THEMES,
            squeezed="gzip" in request.headers.get("accept-encoding", ""),
        )

    def here(self, **changes: object) -> str:
        """The same page with something else about it: None takes a parameter away."""
        return _address(self.path, {**dict(self.query), **changes})

    def address(self, path: str = "/", **changes: object) -> str:
        """Another page, seen as this one: in its language, as of its date."""
        travelling = {name: value for name, value in self.query if name in TRAVELLING}
        return _address(path, {**travelling, **changes})

    def sign_in(self) -> str:
        """The way in, and from there back to here."""
        back = None if self.path == "/" or self.path.startswith("/auth/") else self.here()
        return _address("/auth/login", {"lang": self.language if self.chosen else None, "back": back})

    def hidden(self, *but: str) -> list[tuple[str, str]]:
        """What a form that asks this page again has to send along, beside the fields `but` that it has itself."""
        return [(name, value) for name, value in self.query if name not in but]


def _address(path: str, query: Mapping[str, object]) -> str:
    query = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(query)}" if query else path


def render(name: str, look: Look, *, status: int = 200, headers: Mapping[str, str] | None = None, **content: Any) -> Response:
    """A template as a page. `reader`, `pages` and `footing` are there for who is known; without them the frame is bare."""
    form = Format(look.language)
    frame = {"reader": None, "pages": (), "footing": None, "tour": None}
    given = {**frame, **content, "look": look, "form": form, "t": form.text, "asset": assets.address}
    html = _ENVIRONMENT.get_template(name).render(**given, integrity=assets.integrity).encode()
    sent = {**HEADERS, "Content-Language": look.language, **(headers or {})}
    if look.squeezed and len(html) > _WORTH_SQUEEZING:
        html, sent["Content-Encoding"] = gzip.compress(html, 6), "gzip"
    response = Response(html, status_code=status, media_type="text/html", headers=sent)
    if look.themed:
        response.set_cookie(THEME_COOKIE, look.theme, max_age=THEME_SECONDS, httponly=True, samesite="lax")
    return response


@cache
def appearance() -> str:
    """Changes when the templates do: part of what makes two renderings the same."""
    return sha256(b"".join(path.read_bytes() for path in _files())).hexdigest()


def _files() -> Iterable[Path]:
    return sorted(TEMPLATES.glob("*.html"))
