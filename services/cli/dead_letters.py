"""`hustar dead-letters`: what could not be handled, why, and sending it through again."""

from typing import Annotated, Any

import typer

from services.cli.access import Installation, reading, writing
from services.cli.output import AsJson, fail, say, show
from shared.events.consumer import state
from shared.events.dead_letters import open_letters
from shared.events.redrive import discard, redrive

app = typer.Typer(help="What could not be handled.", invoke_without_command=True)
Service = Annotated[str | None, typer.Option("--service", help="Only this service's.")]


@app.callback()
def show_dead_letters(context: typer.Context, as_json: AsJson = False, service: Service = None) -> None:
    """Every open dead letter with its reason. Letters that only wait for an earlier one say so."""
    if context.invoked_subcommand is not None:
        return
    with reading() as installation:
        names = [service] if service else [one.definition.name for one in installation.services]
        rows = [row for name in names for row in _rows(installation, name)]
    show(rows, title="Dead letters", as_json=as_json, empty="none")


@app.command("redrive")
def redrive_dead_letters(service: str, as_json: AsJson = False) -> None:
    """Send a service's open letters through its handlers again, in version order. Safe to repeat."""
    with writing() as installation:
        found = installation.service(service)
        result = redrive(found.database, found.definition.handlers, name=service)
    content = {"service": service, "settled": result.settled, "failed": result.failed, "waiting": result.waiting}
    text = f"{service}: {result.settled} settled, {len(result.failed)} failed again, {result.waiting} wait behind those."
    say(content, text="\n".join([text, *(f"  letter {letter}: {reason}" for letter, reason in result.failed)]), as_json=as_json)
    if result.failed:
        raise typer.Exit(1)


@app.command("discard")
def discard_dead_letters(service: str, letters: list[int], as_json: AsJson = False) -> None:
    """Give letters up for good. What waits behind them goes on at the next redrive."""
    with writing() as installation:
        count = discard(installation.service(service).database, letters)
    if count < len(letters):
        fail(f"{count} of {len(letters)} letters were open and are discarded; the others are not open.")
    say({"service": service, "discarded": count}, text=f"{service}: {count} discarded.", as_json=as_json)


def _rows(installation: Installation, name: str) -> list[dict[str, Any]]:
    with installation.service(name).database.read() as session:
        generation, _ = state(session, name)
        return [
            {
                "service": name,
                "letter": letter.id,
                "reason": letter.reason,
                "detail": letter.detail,
                "waits": letter.waiting,
                "aggregate": letter.aggregate_id,
                "version": letter.aggregate_version,
                "place": f"{letter.topic}[{letter.partition}]@{letter.offset}",
                "since": letter.recorded_at,
            }
            for letter in open_letters(session, f"{name}.g{generation}")
        ]
