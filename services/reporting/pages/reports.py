"""The page of reports: which there are, for which period, in which format, and which were closed."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from services.reporting.commands.makings import ask_for_report
from services.reporting.domain.making import UNFINISHED
from services.reporting.domain.observing import period_before
from services.reporting.domain.periods import Period
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.closings import recent_closings
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.queries.makings import file_of, making_of
from services.reporting.queries.plans import plans
from services.reporting.reports.asking import FORMATS, Wish, wish
from services.reporting.tables import Closing
from shared.clock import today
from shared.db import Database
from shared.errors import N_

router: Final = PageRouter()
_MOST: Final = 12
_SLOW: Final = frozenset({"pdf", "hwpx"})
"""What takes longer than somebody who clicked should look at an empty window."""
_NOT_NOW: Final = N_("It could not be made just now. Ask for it again in a moment, or take another format.")
_WHY_NOT: Final = {
    "pdf_library_missing": N_("Here PDF cannot be made: the system lacks Pango. Every other format works."),
    "korean_font_missing": N_("Here PDF cannot be made: the system has no Korean TrueType font. Every other format works."),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan's report in every format."""

    name: str
    owner: str
    files: list[tuple[str, str]]


@router.page("/reports", seen_by=SEES_EVERYTHING)
def reports_page(view: View) -> Response:
    """Every plan's report for the chosen period and day, and the closed ones."""
    chosen = view.asked.period
    offers = [_offer(view, each.framework.id, each.framework.name, each.framework.owner) for each in plans(view.session)]
    day = today()
    periods = [_months_ago(count) for count in range(1, 7)]
    periods += [period_before(day, Period.QUARTER), period_before(day, Period.YEAR), str(day.year)]
    closed = [(row, _closed_address(view, row)) for row in recent_closings(view.session, _MOST)]
    # What an address names, and what was closed, can be chosen as well as the latest ones.
    periods = list(dict.fromkeys([*periods, *(row.period for row, _ in closed), *([chosen] if chosen else [])]))
    names = {each.framework.id: each.framework.name[view.look.language] for each in plans(view.session)}
    shown: dict[str, Any] = {"offers": offers, "periods": periods, "chosen": chosen, "closed": closed}
    return view.show("reports.html", names=names, **shown)


@router.page("/reports/{name}", seen_by=SEES_EVERYTHING)
def report_file(view: View, name: str) -> Response:
    """A plan's report as a file, or as a page by itself."""
    # Reports are worded as pages are, and so import this folder: here they are met when one is asked for.
    from services.reporting.reports.issuing import issue, named

    framework, kind = named(name)
    said = view.look.query
    as_of = view.asked.as_of if "as_of" in dict(said) else None
    only = view.asked.only or {}
    wished = wish(view.session, framework, period=view.asked.period, as_of=as_of, known_at=view.asked.known_at, only=only)
    if kind in _SLOW and "text/html" in view.request.headers.get("accept", "") and view.reader.passed is None:
        return _left_to_workers(view, wished, kind)
    back = view.look.address("/reports")
    return issue(view.request, view.session, wished, kind, language=view.look.language, by=view.actor, back=back)


@router.page("/reports/makings/{making_id}", seen_by=SEES_EVERYTHING)
def making_page(view: View, making_id: UUID) -> Response:
    """How far a report is; where it is once it is made."""
    row = making_of(view.session, making_id, by=view.actor)
    offered = next(each for each in plans(view.session) if each.framework.id == row.plan)
    shown: dict[str, Any] = {"making": row, "plan": offered.framework.name[view.look.language], "runs": row.state in UNFINISHED}
    return view.show("making.html", **shown, why=_WHY_NOT.get(row.problem or "", _NOT_NOW))


@router.page("/reports/makings/{making_id}/file", seen_by=SEES_EVERYTHING)
def making_file(view: View, making_id: UUID) -> Response:
    """The file that was made."""
    from services.reporting.reports.issuing import made_file  # as above

    return made_file(file_of(view.session, making_id, by=view.actor))


def _left_to_workers(view: View, wished: Wish, kind: str) -> Response:
    """Have it made, and lead the reader to where it will be."""
    said = {
        "plan": wished.framework, "format": str(kind), "language": view.look.language, "period": wished.period,
        "as_of": wished.as_of, "known_at": None if wished.latest else wished.known_at, "filters": wished.filters,
    }  # fmt: skip
    database: Database = view.request.app.state.db
    row = database.run(lambda session: ask_for_report(session, said=said, by=view.actor))
    return RedirectResponse(view.look.address(f"/reports/makings/{row.id}"), status_code=303)


def _offer(view: View, framework: str, name: object, owner: object) -> Offer:
    files = [(kind.upper(), view.look.address(f"/reports/{framework}.{kind}")) for kind in FORMATS]
    language = view.look.language
    return Offer(name[language], owner[language], files)  # type: ignore[index]


def _months_ago(count: int) -> str:
    day = today().replace(day=1)
    for _ in range(count - 1):
        day = day.replace(day=1, month=day.month - 1) if day.month > 1 else day.replace(year=day.year - 1, month=12)
    return period_before(day, Period.MONTH)


def _closed_address(view: View, row: Closing) -> str:
    return view.look.address(f"/reports/{row.plan}.html", period=row.period, as_of=None, known_at=None)
