"""Style sheets, scripts and pictures: addresses that change with the content, so that browsers may keep them for ever."""

import base64
from functools import cache
from hashlib import sha256, sha384
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from shared.http.style import style_version, styled

FOLDER: Final = Path(__file__).with_name("static")
STYLE: Final = "page.css"
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """The files of `static/`. One asked for by its versioned address never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path == STYLE:
            response = Response(styled(FOLDER / STYLE), media_type="text/css; charset=utf-8")
        else:
            response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FOR_EVER if scope["query_string"].startswith(b"v=") else "no-cache"
        return response


@cache
def address(name: str) -> str:
    """Where a file is, with its version."""
    if name == STYLE:
        return f"/static/{name}?v={style_version(FOLDER / name)}"
    return f"/static/{name}?v={sha256((FOLDER / name).read_bytes()).hexdigest()[:16]}"


@cache
def integrity(name: str) -> str:
    """The hash that a browser checks a script against before it runs it (Subresource Integrity)."""
    return "sha384-" + base64.b64encode(sha384((FOLDER / name).read_bytes()).digest()).decode()


mounts: Final = [Mount("/static", Assets(directory=FOLDER), name="static")]
