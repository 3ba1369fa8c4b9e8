"""The list of all open jobs, for people and for search engines, and what robots may read."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from services.employers import queries
from services.employers.api.jobs.pages import language_of, page_of, problem_page
from services.employers.domain.fields import FIELDS, field_name
from services.employers.domain.positions import PositionKind
from services.employers.queries.position_search import Wish
from shared.auth.policy import PUBLIC
from shared.db import ReadSession
from shared.http import ServiceRouter

router: Final = ServiceRouter(tags=["jobs"], refusing=problem_page)
_ON_A_PAGE: Final = 20
_FURTHEST: Final = 2_500  # 50,000 jobs

Text = Annotated[str, Query(max_length=200)]
Choice = Annotated[str, Query(max_length=40)]
Place = Annotated[str, Query(max_length=20)]


@router.get("/jobs", policy=PUBLIC, produces="text/html", include_in_schema=False)
def job_list(
    request: Request, session: ReadSession, *, q: Text = "", field: Choice = "", kind: Choice = "", page: Place = "1",
    lang: str | None = None,
) -> Response:  # fmt: skip
    """All jobs that are open, twenty on a page. What was filtered is nothing for search engines: they have every job anyway."""
    language = language_of(request, lang)
    number = min(int(page), _FURTHEST) if page.isascii() and page.isdigit() and int(page) else 1
    field, kind = field if field in FIELDS else "", kind if kind in set(PositionKind) else ""
    wish = Wish(text=q.strip() or None, field=field or None, kind=PositionKind(kind) if kind else None)
    found, many = queries.jobs_found(session, wish, first=(number - 1) * _ON_A_PAGE, most=_ON_A_PAGE)
    asked = {name: value for name, value in (("q", q.strip()), ("field", field), ("kind", kind)) if value}
    origin = request.app.state.kernel.origin
    content: dict[str, Any] = {
        "jobs": found,
        "many": many,
        "asked": {"q": "", "field": "", "kind": "", **asked},
        "fields": [(code, field_name(code, language)) for code in FIELDS],
        "kinds": list(PositionKind),
        "url": _url(f"{origin}/jobs", page=number),
        "before": _url("/jobs", **asked, page=number - 1, lang=lang) if number > 1 else None,
        "after": _url("/jobs", **asked, page=number + 1, lang=lang) if number * _ON_A_PAGE < many else None,
        "number": number,
        "pages": max(1, -(-many // _ON_A_PAGE)),
        "lang": lang,
    }
    indexed = bool(found) and not asked
    return page_of("list.html", language, request, indexed=indexed, kept=_kept(asked, number), **content)


@router.get("/robots.txt", policy=PUBLIC, produces="text/plain", include_in_schema=False)
def read_robots(request: Request, session: ReadSession) -> Response:  # noqa: ARG001 - a read like every other
    """Robots read the jobs, and nothing else; where all of them are."""
    origin = request.app.state.kernel.origin
    told = f"User-agent: *\nAllow: /jobs\nDisallow: /\n\nSitemap: {origin}/jobs/sitemap.xml\n"
    return Response(told, media_type="text/plain", headers={"Cache-Control": "max-age=3600"})


def _url(path: str, *, page: int, **asked: str | None) -> str:
    given = {name: value for name, value in asked.items() if value} | ({"page": str(page)} if page > 1 else {})
    return f"{path}?{urlencode(given)}" if given else path


def _kept(asked: dict[str, str], page: int) -> str:
    """What stays when another language is chosen."""
    given = asked | ({"page": str(page)} if page > 1 else {})
    return f"{urlencode(given)}&" if given else ""
