"""The public page of a job: for people, and as JobPosting for search engines; gone when nobody can apply any more."""

from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from services.employers import queries
from services.employers.api.jobs.feed import job_url
from services.employers.api.jobs.words import Words
from services.employers.queries.jobs import Job
from services.employers.schemas.job_posting import job_posting
from shared.auth.policy import PUBLIC
from shared.clock import today
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http import ServiceRouter
from shared.http.problems import problem_response, refusal
from shared.http.style import style_version, styled
from shared.i18n import Language, negotiate, translate
from shared.i18n.language import LANGUAGES

FOLDER: Final = Path(__file__).parent
_STYLE: Final = FOLDER / "static" / "jobs.css"


def _serve_style(_request: Request) -> Response:
    return Response(styled(_STYLE), media_type="text/css; charset=utf-8")


mounts: Final = [
    Route("/jobs/static/jobs.css", _serve_style),
    Mount("/jobs/static", StaticFiles(directory=FOLDER / "static"), name="jobs-static"),
]
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "Vary": "Accept-Language",
    "Cache-Control": "no-cache",
}
_NOINDEX: Final = {"X-Robots-Tag": "noindex"}
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def problem_page(request: Request, error: Exception) -> Response:
    """An error for who looks for a job, in their language, with the way to the jobs; for programs below `/api` a document."""
    if not request.url.path.startswith("/jobs"):
        return problem_response(error, negotiate(request.headers.get("accept-language")))
    refused, language = refusal(error), language_of(request, request.query_params.get("lang"))
    wrong = [(each.pointer.lstrip("/"), translate(each.message, language, each.params or {})) for each in refused.errors]
    detail = translate(refused.detail, language, refused.params)
    page = page_of("gone.html", language, request, status=refused.status, title=refused.title, detail=detail, wrong=wrong)
    page.headers.update(refused.headers)
    return page


router: Final = ServiceRouter(tags=["jobs"], refusing=problem_page)


@router.get("/jobs/{job_id}", policy=PUBLIC, produces="text/html", include_in_schema=False)
def job_page(job_id: str, request: Request, session: ReadSession, *, lang: str | None = None) -> Response:
    """A job that is open. 410 for one that was, 404 for one that never was."""
    language = language_of(request, lang)
    job = _find(session, job_id)
    origin = request.app.state.kernel.origin
    if job is None:
        title, detail = N_("There is no such job"), N_("The address may be incomplete, or the job was never public.")
        return page_of("gone.html", language, request, status=404, title=title, detail=detail)
    if job.is_over(today()):
        title, detail = N_("This job is closed"), N_("Nobody can apply for it any more.")
        return page_of("gone.html", language, request, status=410, title=title, detail=detail)
    url = job_url(origin, job.position.id)
    paused = job.is_paused
    data = None if paused else _embedded(job_posting(job, language, url=url))
    return page_of("job.html", language, request, indexed=not paused, job=job, url=url, posting=data, paused=paused)


def _find(session: ReadSession, job_id: str) -> Job | None:
    try:
        return queries.job(session, UUID(job_id))
    except (ValueError, NotFound):
        return None


def language_of(request: Request, chosen: str | None) -> Language:
    return next((each for each in LANGUAGES if each == chosen), None) or negotiate(request.headers.get("accept-language"))


def _embedded(content: dict[str, Any]) -> Markup:
    """JSON that may stand in a script element: nothing in it ends the element."""
    text = orjson.dumps(content).decode()
    for sign, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(sign, code)
    return Markup(text)  # noqa: S704 - made harmless above


def page_of(
    name: str, language: Language, request: Request, *, status: int = 200, indexed: bool = False, kept: str = "", **content: Any
) -> Response:
    """A page in one language. `kept` is the part of the query that stays when the other one is chosen."""
    html = _ENVIRONMENT.get_template(name).render(
        language=language, words=Words(language), t=Words(language).text, path=request.url.path, style=_style(), indexed=indexed,
        kept=kept, **content,
    )  # fmt: skip
    headers = {**_HEADERS, "Content-Language": language, **({} if indexed else _NOINDEX)}
    return Response(html, status_code=status, media_type="text/html", headers=headers)


@cache
def _style() -> str:
    return f"/jobs/static/jobs.css?v={style_version(_STYLE)}"
