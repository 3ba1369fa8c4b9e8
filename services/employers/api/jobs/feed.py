"""The feed of jobs and the sitemap: for job portals and search engines, without signing in."""

from typing import Annotated, Any, Final
from uuid import UUID
from xml.sax.saxutils import escape

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from services.employers import queries
from services.employers.queries.jobs import MOST_IN_SITEMAP, Change, Job
from services.employers.schemas.feed import JobFeed
from shared.auth.policy import PUBLIC
from shared.db import ReadSession
from shared.errors import NotFound
from shared.http import Reply, ServiceRouter

router: Final = ServiceRouter(tags=["jobs"])
_XMLNS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"

After = Annotated[int | None, Query(ge=0, description="number of the last change that is known; none: begin with a snapshot")]
Snapshot = Annotated[
    int | None, Query(ge=0, description="given by `next` while a snapshot is read: its changes follow from there")
]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/jobs/feed", policy=PUBLIC, response_model=JobFeed)
def read_job_feed(
    request: Request, session: ReadSession, reply: Reply, *, after: After = None, snapshot: Snapshot = None, limit: Limit = 100
) -> dict[str, Any]:
    """Every job that is open, then every change: follow `next` for ever. With `after` one's own, go on from any point.

    A job that changes while a snapshot is read comes again among the changes; none is lost. Of several changes of one job
    the last is told. A job that is gone leaves a tombstone. 410 for a number that this feed has not come to: begin again.
    """
    whole = after is None or snapshot is not None
    found = queries.job_changes(session, after=after or 0, limit=limit, only_listed=whole)
    origin = request.app.state.kernel.origin
    last = found.items[-1].number if found.items else after or 0
    started = found.head if snapshot is None else snapshot
    if found.more:
        following = f"after={last}" + (f"&snapshot={started}" if whole else "")
    else:
        following = f"after={started if whole else max(last, after or 0)}"
    reply.headers["Cache-Control"] = "no-cache"
    items = [_told(change, origin) for change in found.items if change.job is not None or not whole]
    return {"items": items, "next": f"{origin}/jobs/feed?{following}&limit={limit}", "more": found.more}


@router.get("/jobs/sitemap.xml", policy=PUBLIC, produces="application/xml")
def read_job_sitemap(request: Request, session: ReadSession, *, part: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """The pages of all jobs that are open; above 50,000 an index of several maps."""
    origin = request.app.state.kernel.origin
    parts = -(-queries.count_listed(session) // MOST_IN_SITEMAP) or 1
    if part is None and parts > 1:
        return _xml("sitemapindex", "sitemap", [(f"{origin}/jobs/sitemap.xml?part={each}", "") for each in range(1, parts + 1)])
    if part is not None and part > parts:
        raise NotFound
    jobs = queries.listed_jobs(session, part=part or 1)
    return _xml("urlset", "url", [(job_url(origin, id_), changed.isoformat(timespec="seconds")) for id_, changed in jobs])


def job_url(origin: str, job_id: UUID) -> str:
    """The one address of a job's page."""
    return f"{origin}/jobs/{job_id}"


def _xml(root: str, element: str, places: list[tuple[str, str]]) -> Response:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_XMLNS}">']
    for place, changed in places:
        lastmod = f"<lastmod>{changed}</lastmod>" if changed else ""
        lines.append(f"<{element}><loc>{escape(place)}</loc>{lastmod}</{element}>")
    content = "\n".join([*lines, f"</{root}>", ""])
    return Response(content, media_type="application/xml", headers={"Cache-Control": "public, max-age=300"})


def _told(change: Change, origin: str) -> dict[str, Any]:
    return {
        "number": change.number, "change": "removed" if change.job is None else "listed", "id": change.id, "field": change.field,
        "region": change.region, "changed_at": change.changed_at, "job": None if change.job is None else _job(change.job, origin),
    }  # fmt: skip


def _job(job: Job, origin: str) -> dict[str, Any]:
    position, company = job.position, job.company
    return {
        **queries.offer_of(position), "url": job_url(origin, position.id), "title": job.title, "description": job.description,
        "company_ko": company.name_ko, "company_en": company.name_en, "ksic": company.ksic, "kind": position.kind,
        "open_seats": job.open_seats, "duration_months": position.duration_months, "opens_on": position.opens_on,
        "closes_on": position.closes_on, "posted_on": job.posted_on,
    }  # fmt: skip
