"""`hustar positions`: what companies post, listed and closed in bulk."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.progress import Progress
from sqlmodel import col, select

from services.cli.access import reading, writing
from services.cli.output import AsJson, err, fail, say, show
from services.cli.position_files import import_positions
from services.employers.commands import Closing, close_positions
from services.employers.domain.business_number import normalised
from services.employers.domain.positions import CloseReason, PositionState
from services.employers.queries.positions import views
from services.employers.queries.visibility import of_number
from services.employers.tables import Company, Position
from shared.auth.actor import Actor, Role
from shared.db import Database, ReadSession
from shared.errors import Refused

app = typer.Typer(no_args_is_help=True, help="What companies post: take it in, list it, close it.")
app.command("import")(import_positions)

OPERATOR = Actor("operator", frozenset({Role.ADMIN}))
Number = Annotated[str | None, typer.Option("--company", help="Business registration number.")]
Field = Annotated[str | None, typer.Option(help="Code of an industry field.")]
Before = Annotated[datetime | None, typer.Option("--closes-before", formats=["%Y-%m-%d"], help="Last day before this one.")]
_AT_ONCE = 100


@app.command("list")
def list_positions(
    *,
    company: Number = None,
    field: Field = None,
    state: Annotated[PositionState | None, typer.Option(help="draft, in_review, open, paused or closed.")] = None,
    closes_before: Before = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
    as_json: AsJson = False,
) -> None:
    """Postings with their seats, in the order in which they were written down."""
    with reading() as installation, installation.service("employers").database.read() as session:
        ids = _wanted(session, company=company, field=field, states=[state] if state else None, before=_day(closes_before))
        rows = [_row(view) for part in _parts(ids[:limit], 500) for view in views(session, part)]
    show(rows, title=f"{len(rows)} of {len(ids)} positions", as_json=as_json)


@app.command("close")
def close(
    *,
    reason: Annotated[CloseReason, typer.Option(help="filled, lapsed or withdrawn.")],
    company: Number = None,
    field: Field = None,
    closes_before: Before = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which would be closed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Close every open or paused posting of a company, a field, or whose last day has passed. Exit code 1 if one was refused."""
    if company is None and field is None and closes_before is None:
        fail("Say which: --company, --field or --closes-before.", code=2)
    live = [PositionState.OPEN, PositionState.PAUSED]
    with reading() if dry_run else writing() as installation:
        database = installation.service("employers").database
        with database.read() as session:
            ids = _wanted(session, company=company, field=field, states=live, before=_day(closes_before))
            rows = [_candidate(view) for part in _parts(ids, 500) for view in views(session, part)] if dry_run else []
        if dry_run:
            show(rows, title=f"{len(ids)} would be closed", as_json=as_json)
            return
        closings = list(_closed(database, ids, reason=reason))
    refused = [each for each in closings if each.refusal is not None]
    rows = [{"position_id": each.position_id, "refused": each.refusal.code if each.refusal else None} for each in refused]
    closed = len(closings) - len(refused)
    if as_json:
        say({"closed": closed, "refused": rows}, text="", as_json=True)
    elif not refused:
        say({}, text=f"{closed} closed.", as_json=False)
    else:
        show(rows, title=f"{closed} closed, {len(refused)} refused", as_json=False)
    if refused:
        raise typer.Exit(1)


def _closed(database: Database, ids: Sequence[UUID], *, reason: CloseReason) -> Iterator[Closing]:
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("closing", total=len(ids))
        for part in _parts(ids, _AT_ONCE):
            yield from database.run(lambda session, part=part: close_positions(session, part, reason=reason, by=OPERATOR))  # type: ignore[misc]
            progress.advance(task, len(part))


def _parts(ids: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _wanted(
    session: ReadSession,
    *,
    company: str | None,
    field: str | None,
    states: Sequence[PositionState] | None,
    before: date | None,
) -> list[UUID]:
    statement = select(Position.id).order_by(col(Position.id))
    if company is not None:
        statement = statement.where(col(Position.company_id).in_(select(Company.id).where(of_number(_number(company)))))
    if field is not None:
        statement = statement.where(Position.field == field)
    if states is not None:
        statement = statement.where(col(Position.state).in_(states))
    if before is not None:
        statement = statement.where(col(Position.closes_on) < before)
    return list(session.exec(statement))


def _number(text: str) -> str:
    try:
        return normalised(text)
    except Refused as refused:
        fail(f"--company: {refused.errors[0].message}", code=2)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _candidate(view: dict[str, Any]) -> dict[str, Any]:
    """What somebody has to see of a posting before closing it."""
    row = _row(view)
    return {"position_id": row["id"], **{name: row[name] for name in ("title", "closes_on", "open", "reserved")}}


def _row(view: dict[str, Any]) -> dict[str, Any]:
    counts = view["seat_counts"]
    shown = {name: view[name] for name in ("id", "title", "field", "kind", "state", "closes_on", "seats")}
    return {**shown, "open": counts["open"], "reserved": counts["reserved"], "filled": counts["filled"]}
