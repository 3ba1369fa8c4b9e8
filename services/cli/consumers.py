"""`hustar consumers`: how far each consumer is, partition by partition, and letting a stopped one go on."""

from typing import Annotated, Any

import typer

from services.cli.access import Installation, reading, writing
from services.cli.output import AsJson, fail, say, show
from services.composition.runtime import ServiceRuntime, consumer_lag
from shared.eventlog import topic_for
from shared.events.consumer import resume, state

app = typer.Typer(help="How far each consumer is.", invoke_without_command=True)


@app.callback()
def show_consumers(
    context: typer.Context,
    as_json: AsJson = False,
    every_partition: Annotated[bool, typer.Option("--partitions", help="One line per partition.")] = False,
) -> None:
    """Generation, state and lag of every consumer."""
    if context.invoked_subcommand is not None:
        return
    with reading() as installation:
        rows = [row for service in installation.services for row in _rows(installation, service, every_partition)]
    show(rows, title="Consumers", as_json=as_json)


@app.command("resume")
def resume_consumer(name: str, as_json: AsJson = False) -> None:
    """Let a consumer that stopped itself run again, once its cause is gone."""
    with writing() as installation:
        service = installation.service(name)
        with service.database.read() as session:
            _, stopped = state(session, name)
        if stopped is None:
            fail(f"{name} is not stopped.")
        service.database.run(lambda session: resume(session, name), idempotent=True)
    say(
        {"consumer": name, "resumed": True, "was": stopped},
        text=f"{name} may run again. It had stopped: {stopped}",
        as_json=as_json,
    )


def _rows(installation: Installation, service: ServiceRuntime, every_partition: bool) -> list[dict[str, Any]]:
    definition = service.definition
    topics = sorted(topic_for(installation.settings.topic_prefix, name) for name in definition.handlers.aggregate_types)
    known = installation.event_log.topics()
    lag = consumer_lag(service, installation.event_log, topics=[topic for topic in topics if topic in known])
    with service.database.read() as session:
        generation, stopped = state(session, definition.name)
    head: dict[str, Any] = {
        "consumer": definition.name,
        "generation": generation,
        "state": f"stopped: {stopped}" if stopped else "running",
    }
    if every_partition:
        return [
            {
                **head,
                "topic": partition.topic,
                "partition": partition.partition,
                "next": position,
                "end": end,
                "lag": end - position,
            }
            for partition, (position, end) in sorted(lag.items())
        ]
    return [{**head, "partitions": len(lag), "lag": sum(end - position for position, end in lag.values())}]
