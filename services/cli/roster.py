"""`hustar roster`: a university's roster from a terminal, over the API as any client: sent, previewed, carried out."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import httpx
import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from services.cli.access import settings_or_end
from services.cli.api_client import Api
from services.cli.language import Language, terminals_language, word
from services.cli.output import AsJson, err, fail, say, show
from services.trainees.domain.roster.lifecycle import RUNNING, SyncMode, SyncState
from shared.errors import N_
from shared.i18n import translate

app = typer.Typer(no_args_is_help=True, help="Rosters of universities.")

WITH_ROW_ERRORS: Final = 3
_GOOD: Final = frozenset({SyncState.PREVIEWED, SyncState.APPLIED, SyncState.APPLIED_WITH_HOLDS})
_PAUSE: Final = 0.3
_KINDS: Final = {".csv": "text/csv", ".json": "application/json", ".zip": "application/zip"}
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN: Final = 20
_SYNC: Final = "The roster sync"
_ROSTER: Final = "A roster"
_TITLE: Final = N_("Roster")
_PREVIEW: Final = N_("Preview")
_RATE: Final = N_("{rows} rows/s")
_REJECTED: Final = N_("Rejected rows (the first {most})")
_HELD: Final = N_("{held} removals are held until the program manager approves them.")
_NO_UNIVERSITY: Final = N_("There is no university {university} that you may see.")
_NO_COHORT: Final = N_("There is no cohort {cohort}. There are: {known}.")


@app.command("sync")
def sync_roster(
    *,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, XLSX, JSON or OneRoster zip.")],
    university: Annotated[str, typer.Option(help="The university's code, for example knu.")],
    cohort: Annotated[list[str], typer.Option(help="Code or id of a cohort that the file is about; repeat for several.")],
    mode: Annotated[SyncMode, typer.Option(help="full: complete, absence means something; delta: what changed.")] = SyncMode.FULL,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    url: Annotated[str | None, typer.Option(envvar="HUSTAR_URL", help="Where the server is.")] = None,
    client_id: Annotated[str | None, typer.Option(envvar="HUSTAR_CLIENT_ID", help="university-<code> if not given.")] = None,
    lang: Annotated[Language | None, typer.Option(help="The language of what is told; the terminal's if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send a roster, look at the preview, carry it out. The secret is taken from HUSTAR_CLIENT_SECRET (development: demo).

    Exit code 0: done. 1: refused, or failed. 2: a wrong call. 3: done, but rows were rejected.
    """
    secret = os.environ.get("HUSTAR_CLIENT_SECRET", "demo")
    origin = url or settings_or_end().origin
    kind = _XLSX if file.suffix.lower() == ".xlsx" else _KINDS.get(file.suffix.lower(), "text/csv")
    language = lang or terminals_language()
    with Api(origin, client_id=client_id or f"university-{university}", secret=secret, language=language) as api:
        path, cohorts = _scope(api, university, cohort, language)
        asked = {"cohort_id": cohorts, "mode": mode.value, "dry_run": dry_run}
        sent = api.post(f"{path}/roster-syncs", params=asked, content=file.read_bytes(), headers={"Content-Type": kind})
        with _bar() as bar:
            sync, tag = _followed(api, sent, bar, language)
            if sync["state"] == SyncState.PREVIEWED and mode is not SyncMode.ROWS and not dry_run:
                if not as_json:
                    _previewed(sync, bar, language)
                committed = api.post(f"/roster-syncs/{sync['id']}/commit", headers={"If-Match": tag})
                sync, tag = _followed(api, committed, bar, language)
        _told(api, sync, language, as_json=as_json)


def _scope(api: Api, university: str, cohorts: list[str], language: Language) -> tuple[str, list[str]]:
    found = api.get("/universities", code=university).json()["items"]
    if not found:
        fail(translate(_NO_UNIVERSITY, language.value, {"university": university}), code=2)
    path = f"/universities/{found[0]['id']}"
    known = {row["code"]: row["id"] for row in _every(api, "/cohorts", university_id=found[0]["id"])}
    unknown = [name for name in cohorts if name not in known and not _is_id(name)]
    if unknown:
        named = {"cohort": ", ".join(unknown), "known": ", ".join(sorted(known)) or "-"}
        fail(translate(_NO_COHORT, language.value, named), code=2)
    return path, [known.get(name, name) for name in cohorts]


def _every(api: Api, path: str, **params: Any) -> Iterator[Any]:
    answer = api.get(path, limit=500, **params)
    while True:
        yield from answer.json()["items"]
        if "next" not in answer.links:
            return
        query = httpx.URL(answer.links["next"]["url"]).params
        answer = api.get(path, **dict(query))


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


@contextmanager
def _bar() -> Iterator[Progress]:
    texts = (TextColumn("{task.description}"), TextColumn("{task.fields[rate]}"))
    with Progress(*texts, BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=err, transient=True) as bar:
        yield bar


def _followed(api: Api, answer: httpx.Response, bar: Progress, language: Language) -> tuple[dict[str, Any], str]:
    """The sync once it rests, and its tag."""
    sync = answer.json()
    begun = time.monotonic()
    task = bar.add_task(word(sync["state"], language, context=_SYNC), total=100, rate="")
    while sync["state"] in RUNNING:
        time.sleep(_PAUSE)
        answer = api.get(f"/roster-syncs/{sync['id']}")
        sync = answer.json()
        speed = f"{sync['rows_read'] / max(time.monotonic() - begun, 0.001):,.0f}"
        rate = translate(_RATE, language.value, {"rows": speed})
        bar.update(task, completed=sync["progress"], description=word(sync["state"], language, context=_SYNC), rate=rate)
    return sync, answer.headers["ETag"]


def _previewed(sync: Mapping[str, Any], bar: Progress, language: Language) -> None:
    """What is about to be carried out, above the bar."""
    counted = _counted(sync, language)
    columns = [Column(name, justify="right") for name in counted]
    table = Table(*columns, title=translate(_PREVIEW, language.value), title_justify="left", header_style="bold")
    table.add_row(*(f"{count:,}" for count in counted.values()))
    bar.console.print(table)


def _told(api: Api, sync: Mapping[str, Any], language: Language, *, as_json: bool) -> None:
    if as_json:
        say(sync, text="", as_json=True)
    else:
        state = {word("state", language, context=_ROSTER): word(sync["state"], language, context=_SYNC)}
        show([{**state, **_counted(sync, language)}], title=translate(_TITLE, language.value), as_json=False)
        for problem in sync["problems"]:
            err.print(problem["message"], style="red", markup=False)
        _show_errors(api, sync, language)
        if sync["counts"]["held"]:
            err.print(translate(_HELD, language.value, {"held": f"{sync['counts']['held']:,}"}), style="yellow")
    if sync["state"] not in _GOOD:
        raise typer.Exit(1)
    if sync["counts"]["rejected"]:
        raise typer.Exit(WITH_ROW_ERRORS)


def _counted(sync: Mapping[str, Any], language: Language) -> dict[str, int]:
    counts = {"rows": sync["rows_read"], **{name: count for name, count in sync["counts"].items() if count}}
    return {word(name, language, context=_ROSTER): count for name, count in counts.items()}


def _show_errors(api: Api, sync: Mapping[str, Any], language: Language) -> None:
    if not sync["counts"]["rejected"]:
        return
    rows = api.get(f"/roster-syncs/{sync['id']}/rows", outcome="rejected", limit=_SHOWN).json()["items"]
    told = [
        {
            "line": row["line"],
            "column": translate("{column}", language.value, {"column": each["column"]}),
            "value": each["value"],
            "problem": each["message"],
        }
        for row in rows
        for each in row["problems"]
    ]
    lines = [{word(name, language, context=_ROSTER): value for name, value in line.items()} for line in told]
    show(lines, title=translate(_REJECTED, language.value, {"most": _SHOWN}), as_json=False)
