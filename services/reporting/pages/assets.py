"""Style sheets, scripts, fonts and pictures: addresses that change with the content, so that browsers keep them for ever."""

import base64
import gzip
from functools import cache
from hashlib import sha256, sha384
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from shared.http.style import styled

FOLDER: Final = Path(__file__).with_name("static")
STYLE: Final = "page.css"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Assets(StaticFiles):
    """The files of `static/`. One asked for by its versioned address never changes. Text is sent squeezed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = _text(path, Headers(scope=scope)) or await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FOR_EVER if scope["query_string"].startswith(b"v=") else "no-cache"
        return response


def _text(path: str, asked: Headers) -> Response | None:
    """A style sheet, script or picture as text, if that is what is asked for."""
    if path != STYLE and path not in _names():
        return None
    kind, squeezed = _TYPES[Path(path).suffix], "gzip" in asked.get("accept-encoding", "")
    content, headers = (_squeezed(path), {"Content-Encoding": "gzip"}) if squeezed else (_content(path), {})
    return Response(content, media_type=f"{kind}; charset=utf-8", headers={**headers, "Vary": "Accept-Encoding"})


@cache
def _names() -> frozenset[str]:
    return frozenset(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in {".js", ".svg"})


@cache
def _content(name: str) -> bytes:
    """A file; the style sheet is the one that all pages share, followed by all of ours in the order of their names."""
    if name == STYLE:
        return b"".join((styled(), *(path.read_bytes() for path in sorted(FOLDER.glob("*.css")))))
    return (FOLDER / name).read_bytes()


@cache
def _squeezed(name: str) -> bytes:
    return gzip.compress(_content(name), 9)


@cache
def address(name: str) -> str:
    """Where a file is, with its version."""
    return f"/static/{name}?v={sha256(_content(name)).hexdigest()[:16]}"


@cache
def integrity(name: str) -> str:
    """The hash that a browser checks a script against before it runs it (Subresource Integrity)."""
    return "sha384-" + base64.b64encode(sha384((FOLDER / name).read_bytes()).digest()).decode()


mounts: Final = [Mount("/static", Assets(directory=FOLDER), name="static")]
