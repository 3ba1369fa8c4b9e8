"""`hustar reconcile`: every figure computed a second time from the services' own tables, compared to the unit."""

from dataclasses import asdict
from typing import Annotated

import typer

from services.cli.access import Installation, reading
from services.cli.output import AsJson, err, fail, say, show
from services.reconciliation.report import Reconciliation, reconcile
from services.reporting.commands import keep_comparison
from shared.db.errors import is_full, is_transient


def show_reconcile(
    as_json: AsJson = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for events that are still on their way.")] = 30.0,
    events: Annotated[bool, typer.Option(help="Also read the whole log and compare it with tables and inboxes.")] = True,
) -> None:
    """Compare figures, events and tables. Exit code 0 when all agree, 1 when something differs or does not come to rest."""
    with reading() as installation:
        prefix = installation.settings.topic_prefix
        result = reconcile(installation.services, installation.event_log, prefix=prefix, patience=wait, events=events)
        _keep(installation, result)
    if as_json:
        content = {**asdict(result), "agrees": result.agrees}
        say(content, text="", as_json=True)
        raise typer.Exit(0 if result.agrees else 1)
    if result.waiting:
        still = ", ".join(f"{where}: {count}" for where, count in result.waiting.items())
        fail(f"Not at rest after {wait:.0f} s, so nothing was compared. Still on their way: {still}.")
    if result.findings:
        show([asdict(finding) for finding in result.findings[:50]], title=f"{len(result.findings)} differences", as_json=False)
        raise typer.Exit(1)
    compared = f"{result.figures:,} figures" + (
        f", {result.aggregates:,} aggregates and {result.records:,} records" if events else ""
    )
    say({}, text=f"All agree: {compared}, difference 0.", as_json=False)


def _keep(installation: Installation, result: Reconciliation) -> None:
    """Let the page of the data say what came of it. That it cannot be written down changes nothing about the result."""
    found = {name: getattr(result, name) for name in ("figures", "aggregates", "records", "waiting")}
    findings = [asdict(finding) for finding in result.findings]
    try:
        installation.service("reporting").database.run(lambda session: keep_comparison(session, **found, findings=findings))
    except Exception as error:
        if not (is_full(error) or is_transient(error)):
            raise
        err.print("The result could not be written down for the page of the data.", style="yellow")
