"""`hustar replay`: build a projection anew from the log, beside the live one, and swap it in."""

from typing import Annotated
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.cli.access import writing
from services.cli.output import AsJson, err, fail, say
from shared.events.behind import given_up
from shared.events.rebuild import NotRebuildable, drop_generation, rebuild

app = typer.Typer(help="Build a projection anew from the log.")
Name = Annotated[str, typer.Argument(help="The service whose projection it is, for example reporting.")]


@app.command("run")
def run_replay(
    name: Name,
    as_json: AsJson = False,
    swap: Annotated[bool, typer.Option(help="Make the new generation the live one when it has caught up.")] = True,
    if_older: Annotated[
        bool, typer.Option("--if-older", help="Only where an earlier release made it that understood less.")
    ] = False,
) -> None:
    """Rebuild from the first event. The live projection goes on serving; the old one stays until it is dropped."""
    with writing() as installation:
        service = installation.service(name)
        definition = service.definition
        if definition.forget is None:
            fail(f"{name} decides and emits; only a pure projection can be built anew. That is: reporting.", code=2)
        if if_older and (definition.outdated is None or not definition.outdated(service.database)):
            say({"consumer": name, "older": False}, text=f"{name}: this release made it; nothing to do.", as_json=as_json)
            return
        without: set[UUID] = set()
        for each in installation.services:
            with each.database.read() as session:
                without.update(given_up(session))
        columns = (TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=err, transient=True) as progress:
            task = progress.add_task("replay", total=None)
            try:
                built = rebuild(
                    service.database,
                    installation.event_log,
                    definition.handlers,
                    name=name,
                    topic_prefix=installation.settings.topic_prefix,
                    forget=definition.forget,
                    progress=lambda done, total: progress.update(task, completed=done, total=total),
                    swap=swap,
                    without=without,
                )
            except NotRebuildable:
                fail(f"{name} decides and emits; only a pure projection can be built anew.", code=2)
    live = "live now" if built.swapped else "built, not live"
    content = {"consumer": name, "generation": built.generation, "records": built.records, "swapped": built.swapped}
    say(content, text=f"{name}: generation {built.generation} from {built.records:,} records, {live}.", as_json=as_json)


@app.command("drop")
def drop_replay(name: Name, generation: int, as_json: AsJson = False) -> None:
    """Delete a generation that is not the live one."""
    with writing() as installation:
        service = installation.service(name)
        if service.definition.forget is None:
            fail(f"{name} has no generations.", code=2)
        try:
            drop_generation(service.database, name=name, generation=generation, forget=service.definition.forget)
        except ValueError as error:
            fail(str(error))
    say({"consumer": name, "dropped": generation}, text=f"{name}: generation {generation} is dropped.", as_json=as_json)
