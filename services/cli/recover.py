"""`hustar recover`: what the log has of a service and its restored database lacks, and going on from there."""

import json
from typing import Annotated, Any

import typer

from services.cli.access import Installation, reading, writing
from services.cli.output import AsJson, fail, say, show
from services.composition.runtime import ServiceRuntime
from shared.db.errors import BehindLog
from shared.events.recovery import count_lost, open_lost, settle

app = typer.Typer(help="After a restore: what the log has and a database lacks.", invoke_without_command=True)
Name = Annotated[str, typer.Argument(help="The service whose database was restored.")]


@app.callback()
def show_recover(context: typer.Context, as_json: AsJson = False) -> None:
    """How many events each service's database lacks. Exit code 1 when any does."""
    if context.invoked_subcommand is not None:
        return
    with reading() as installation:
        rows = [_standing(service) for service in installation.services]
    show(rows, title="Behind the log", as_json=as_json)
    if any(row["lost"] for row in rows):
        raise typer.Exit(1)


@app.command("look")
def look_for_lost(as_json: AsJson = False) -> None:
    """Compare every service's topics with its database now, as every start of a worker does."""
    with writing() as installation:
        for service in installation.services:
            examine(installation, service)
        rows = [_standing(service) for service in installation.services]
    show(rows, title="Behind the log", as_json=as_json)
    if any(row["lost"] for row in rows):
        raise typer.Exit(1)


@app.command("show")
def show_lost(
    name: Name, as_json: AsJson = False, limit: Annotated[int, typer.Option(help="At most so many events.")] = 1000
) -> None:
    """The events, oldest first: whoever made them known can enter them anew. There is no personal data in them."""
    with reading() as installation, installation.service(name).database.read() as session:
        rows: list[dict[str, Any]] = [
            {
                "time": row.time,
                "event": row.type,
                "id": row.aggregate_id,
                "version": row.version,
                "done_again": row.done_again,
                "content": json.loads(row.payload) if as_json else row.payload[:120],
            }
            for row in open_lost(session, limit=limit)
        ]
    show(rows, title=f"Lost by {name}", as_json=as_json, empty="nothing")


@app.command("accept")
def accept_loss(name: Name, as_json: AsJson = False) -> None:
    """Go on from what the database has. What the log has in addition is given up; nothing is issued under its versions.

    Figures keep what was given up until the projection is built without it: hustar replay run reporting.
    """
    with writing() as installation:
        service = installation.service(name)
        with service.database.read() as session:
            if not count_lost(session):
                fail(f"{name} lacks nothing.")
        tables = service.definition.aggregate_tables()
        settled = service.database.run(lambda session: settle(session, tables))
    content = {
        "service": name,
        "given_up": settled.given_up,
        "done_again": settled.done_again,
        "renumbered": settled.renumbered,
        "only_on_log": settled.only_on_log,
    }
    text = (
        f"{name}: {settled.given_up} events given up, {settled.done_again} done again; {settled.renumbered} things continue"
        f" above the log's versions, {settled.only_on_log} are on the log alone.\n"
        "Start the workers, then: hustar replay run reporting, hustar reconcile."
    )
    say(content, text=text, as_json=as_json)


def examine(installation: Installation, service: ServiceRuntime) -> None:
    """Let the database know what it lacks."""
    try:
        service.guard(installation.event_log, prefix=installation.settings.topic_prefix).examine()
    except BehindLog:
        service.database.refusing = None  # told by what is stored; this command may go on writing


def _standing(service: ServiceRuntime) -> dict[str, Any]:
    with service.database.read() as session:
        return {"service": service.definition.name, "lost": count_lost(session)}
