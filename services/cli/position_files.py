"""`hustar positions import`: a company's file of positions, written down as drafts line by line."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlmodel import select

from services.cli.access import reading, writing
from services.cli.output import AsJson, err, fail, say, show
from services.employers import queries
from services.employers.commands.importing import Fate, import_drafts, judged, read_drafts
from services.employers.domain.business_number import normalised
from services.employers.domain.importing import Draft
from services.employers.queries.visibility import of_number
from services.employers.tables import Company
from shared.auth.actor import Actor, Role
from shared.db import Database, ReadSession
from shared.errors import Refused
from shared.i18n import translate

OPERATOR: Final = Actor("operator", frozenset({Role.ADMIN}))
_AT_ONCE: Final = 50

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX, with the columns of the template.")]
Number = Annotated[str, typer.Option("--company", help="Business registration number of the company.")]


def import_positions(
    file: File,
    *,
    company: Number,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each line.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write down the positions of a file as drafts. Lines that cannot be used are listed; exit code 1 if there was one."""
    try:
        drafts = read_drafts(file.read_bytes())
    except Refused as refused:
        fail(f"{file.name}: {_texts(refused)}")
    with reading() if dry_run else writing() as installation:
        database = installation.service("employers").database
        with database.read() as session:
            company_id = _company(session, company)
        fates = _in_parts(database, company_id, drafts, dry_run=dry_run)
    rejected = [fate for fate in fates if fate.errors]
    what = "would be written down" if dry_run else "written down"
    good, rows = len(fates) - len(rejected), [row for fate in rejected for row in _rows(fate)]
    if as_json:
        say({"written": 0 if dry_run else good, "accepted": good, "rejected": rows}, text="", as_json=True)
    else:
        show(rows, title=f"{good} {what}, {len(rejected)} rejected", as_json=False, empty="nothing is wrong")
    if rejected:
        raise typer.Exit(1)


def _in_parts(database: Database, company_id: UUID, drafts: Sequence[Draft], *, dry_run: bool) -> list[Fate]:
    fates: list[Fate] = []
    columns = (TextColumn("positions"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("import", total=len(drafts))
        for start in range(0, len(drafts), _AT_ONCE):
            part = drafts[start : start + _AT_ONCE]
            fates += _look(database, company_id, part) if dry_run else _write(database, company_id, part)
            progress.advance(task, len(part))
    return fates


def _look(database: Database, company_id: UUID, part: Sequence[Draft]) -> list[Fate]:
    with database.read() as session:
        company = queries.company(session, company_id, by=OPERATOR)
        return judged(session, company, part, taxonomy=queries.taxonomy(session))


def _write(database: Database, company_id: UUID, part: Sequence[Draft]) -> list[Fate]:
    return database.run(
        lambda session: import_drafts(
            session,
            queries.company(session, company_id, by=OPERATOR),
            part,
            taxonomy=queries.taxonomy(session),
            by=OPERATOR,
        )
    )


def _company(session: ReadSession, written: str) -> UUID:
    try:
        number = normalised(written)
    except Refused as refused:
        fail(f"--company: {_texts(refused)}", code=2)
    found = session.exec(select(Company.id).where(of_number(number))).first()
    return found if found is not None else fail("--company: there is no company with this number.", code=2)


def _rows(fate: Fate) -> list[dict[str, Any]]:
    return [
        {
            "line": fate.line,
            "column": error.pointer.strip("/"),
            "code": error.code,
            "reason": translate(error.message, "en", error.params),
        }
        for error in fate.errors
    ]


def _texts(refused: Refused) -> str:
    return " ".join(translate(error.message, "en", error.params) for error in refused.errors)
