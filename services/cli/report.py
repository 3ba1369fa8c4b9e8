"""`hustar report`: makes reports, checks them, closes periods, and has reports delivered by schedule."""

import os
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer

from services.cli.access import reading
from services.cli.api_client import Api, ClientId, Url, signed_in
from services.cli.output import AsJson, err, fail, say, show
from services.reporting.domain.scheduling import About, Every
from services.reporting.queries.closings import issue_of
from services.reporting.reports.asking import ReportFormat
from services.reporting.reports.reading_back import Difference, ReadBack, Unreadable, differences, read_back
from services.reporting.tables import ReportIssue
from shared.errors import Refused

app = typer.Typer(no_args_is_help=True, help="Reports of figures: make, verify, close, schedule.")
_SHOWN: Final = 20
_PATIENCE: Final = 300
_SLOW: Final = frozenset({ReportFormat.PDF, ReportFormat.HWPX})
Framework = Annotated[str, typer.Argument(help="A plan: hustar.")]
Period = Annotated[str | None, typer.Option(help="2026, 2026-Q3 or 2026-09; everything up to the day if not given.")]
Language = Annotated[str, typer.Option("--lang", help="ko or en.")]


@app.command("make")
def make_report(
    framework: Framework,
    *,
    period: Period = None,
    kind: Annotated[ReportFormat, typer.Option("--format", help="What it is written as.")] = ReportFormat.PDF,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that it is about.")] = None,
    known_at: Annotated[str | None, typer.Option(help="As known at this moment, with its zone.")] = None,
    lang: Language = "ko",
    only: Annotated[list[str] | None, typer.Option("--only", help="Narrow indicators: field=robot; repeat for several.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="File or folder; the current folder if not given.")] = None,
    url: Url = None,
    client_id: ClientId = None,
    as_json: AsJson = False,
) -> None:
    """Have the server make a report, and store it."""
    asked: dict[str, Any] = {"period": period, "known_at": known_at, "as_of": as_of and str(as_of.date())}
    filters, target = _filters(only or ()), to or Path()
    if target.is_dir():
        target /= f"{framework}-{period or 'to-date'}-{lang}.{kind}"
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        fail(f"It cannot be written to {target}: there is no such folder, or it may not be written to.", code=2)
    with signed_in(url, client_id, otherwise="executive") as api:
        answer = _made(api, framework, kind, lang=lang, asked=asked, filters=filters)
    checksum = answer.headers["Report-Checksum"]
    target.write_bytes(answer.content)
    content = {"file": str(target), "checksum": checksum, "bytes": len(answer.content)}
    say(content, text=f"{target}: {len(answer.content):,} bytes, {checksum}", as_json=as_json)


@app.command("verify")
def verify_report(
    source: Annotated[str, typer.Argument(help="A report's file, or its address.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Read a report's figures back, count them again as they were known then, and say what differs.

    Exit code 0: all as it was given out. 1: something differs. 2: no report, or one that cannot be checked here.
    An address is asked with the token in HUSTAR_TOKEN, if there is one.
    """
    data = _fetched(source)
    try:
        found = read_back(data)
        with reading() as installation, installation.service("reporting").database.read() as session:
            issued = issue_of(session, sha256(data).hexdigest())
            wrong = differences(session, found)
    except Unreadable as error:
        fail(str(error), code=2)
    except Refused as refused:
        fail(f"The figures cannot be counted again here: {refused}", code=2)
    _tell(found, issued, wrong, as_json=as_json)


@app.command("close")
def close_report(
    framework: Framework,
    period: Annotated[str, typer.Argument(help="A period that has ended: 2026-09.")],
    *,
    note: Annotated[str | None, typer.Option(help="What is to be said of it.")] = None,
    url: Url = None,
    client_id: ClientId = None,
    as_json: AsJson = False,
) -> None:
    """Freeze a period's figures with their passports. What changes afterwards is shown beside them."""
    with signed_in(url, client_id, otherwise="executive") as api:
        body = {"framework": framework, "period": period, "note": note}
        closed = api.post("/reports/closings", json=body).json()
    say(closed, text=f"{framework} {period} is closed: {closed['checksum']}", as_json=as_json)


@app.command("schedule")
def schedule_report(
    framework: Annotated[str | None, typer.Argument(help="A plan; none lists the schedules there are.")] = None,
    *,
    recipient: Annotated[list[str] | None, typer.Option(help="Id of an alert recipient; repeat for several.")] = None,
    name: Annotated[str | None, typer.Option(help="What the schedule is called.")] = None,
    about: Annotated[About, typer.Option(help="Which period it is about.")] = About.PREVIOUS_MONTH,
    kind: Annotated[ReportFormat, typer.Option("--format", help="What it is written as.")] = ReportFormat.PDF,
    every: Annotated[Every, typer.Option(help="day, week or month.")] = Every.MONTH,
    day: Annotated[int, typer.Option(min=1, max=28, help="Of the month; of the week, 1 is Monday.")] = 1,
    hour: Annotated[int, typer.Option(min=0, max=23, help="In Seoul.")] = 9,
    lang: Language = "ko",
    url: Url = None,
    client_id: ClientId = None,
    as_json: AsJson = False,
) -> None:
    """Deliver a report again and again, or list what is delivered."""
    with signed_in(url, client_id, otherwise="program-manager") as api:
        if framework is None:
            rows = api.get("/reports/schedules", limit=500).json()["items"]
            columns = ("id", "name", "framework", "about", "format", "every", "next_run_at", "active")
            show([{column: row[column] for column in columns} for row in rows], title="Schedules", as_json=as_json)
            return
        if not recipient:
            fail("Say who gets it: --recipient and the id of one of /api/v1/alert-recipients.", code=2)
        body = {
            "name": name or f"{framework} {about}", "framework": framework, "about": about.value, "format": kind.value,
            "every": every.value, "day": day, "hour": hour, "language": lang, "recipients": recipient,
        }  # fmt: skip
        made = api.post("/reports/schedules", json=body).json()
    say(made, text=f"{made['name']}: next on {made['next_run_at']}.", as_json=as_json)


def _filters(only: Sequence[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in only]
    if not all(name and sign and member for name, sign, member in pairs):
        fail("--only wants a dimension and its member: --only field=robot.", code=2)
    return {name: member for name, _, member in pairs}


def _made(
    api: Api, framework: str, kind: ReportFormat, *, lang: str, asked: Mapping[str, Any], filters: Mapping[str, str]
) -> httpx.Response:
    """At once where that is quick; PDF and HWPX are followed while the workers make them."""
    if kind not in _SLOW:
        given = {**asked, **filters, "lang": lang}
        return api.get(f"/reports/{framework}.{kind}", **{name: value for name, value in given.items() if value is not None})
    body = {**asked, "framework": framework, "format": kind.value, "language": lang, "filters": dict(filters)}
    making = api.post("/reports/makings", json=body).json()
    place, until = f"/reports/makings/{making['id']}", time.monotonic() + _PATIENCE
    with err.status("Waiting for a worker ...") as status:
        while making["file"] is None and making["state"] != "failed":
            if time.monotonic() > until:
                fail(f"It is not made yet. Are the workers running? How far it is: /api/v1{place}")
            time.sleep(1)
            making = api.get(place).json()
            status.update(f"Being made: {making['progress']} % ...")
    if making["state"] == "failed":
        fail(f"It could not be made: {making['problem']}. Other formats may work.")
    return api.get(f"{place}/file")


def _fetched(source: str) -> bytes:
    if source.startswith(("http://", "https://")):
        token = os.environ.get("HUSTAR_TOKEN")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = httpx.get(source, headers=headers, timeout=240)
        except httpx.HTTPError as error:
            fail(f"The address cannot be read: {error}", code=2)
        if answer.status_code in (401, 403):
            fail("The address wants to know who asks: put a token into HUSTAR_TOKEN.", code=2)
        if answer.status_code != 200:
            fail(f"The address answered {answer.status_code}.", code=2)
        return answer.content
    try:
        return Path(source).read_bytes()
    except OSError as error:
        fail(f"The file cannot be read: {error.strerror}", code=2)


def _tell(found: ReadBack, issued: ReportIssue | None, wrong: list[Difference], *, as_json: bool) -> None:
    altered = issued is None and not found.whole
    holds = found.intact and not wrong and not altered
    content = {
        "holds": holds, "checksum": found.checksum, "checksum_fits": found.intact, "figures": len(found.rows),
        "issued_at": None if issued is None else issued.issued_at, "about": dict(found.about),
        "differences": [{"figure": each.figure, "reported": each.reported, "counted": each.counted} for each in wrong],
    }  # fmt: skip
    lines = [f"{len(found.rows)} figures of {found.about['framework']}, {found.about['period'] or 'to date'}."]
    lines.append(
        "The checksum fits the figures." if found.intact else "The checksum does NOT fit the figures: they were changed."
    )
    if issued is not None:
        lines.append(f"This very file was given out on {issued.issued_at:%Y-%m-%d %H:%M} UTC.")
    elif altered:
        lines.append("This file was NOT given out here: it was changed or stored anew, or it comes from elsewhere.")
    lines.append("Counted again, every figure is the same." if not wrong else f"{len(wrong)} differ when counted again.")
    say(content, text="\n".join(lines), as_json=as_json)
    if wrong and not as_json:
        rows = [{"figure": each.figure, "reported": each.reported, "counted": each.counted} for each in wrong[:_SHOWN]]
        show(rows, title="What differs", as_json=False)
        if len(wrong) > _SHOWN:
            say({}, text=f"... and {len(wrong) - _SHOWN} more; --json has all of them.", as_json=False)
    if not holds:
        raise typer.Exit(1)
