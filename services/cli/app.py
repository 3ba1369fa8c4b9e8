"""The commands and where they are."""

import typer

from services.cli import (
    backup,
    consumers,
    dead_letters,
    doctor,
    keys,
    outbox,
    positions,
    reconcile,
    recover,
    replay,
    report,
    roster,
    rounds,
    schema,
)
from services.cli.output import fail
from shared.db.errors import is_away
from shared.eventlog.port import LogUnavailable
from shared.telemetry.logs import configure_logging

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("outbox")(outbox.show_outbox)
app.add_typer(consumers.app, name="consumers")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(replay.app, name="replay")
app.add_typer(positions.app, name="positions")
app.add_typer(roster.app, name="roster")
app.add_typer(report.app, name="report")
app.command("keys")(keys.show_keys)
app.add_typer(rounds.app, name="rounds")
app.command("doctor")(doctor.show_doctor)
app.command("backup")(backup.make_backup)
app.command("verify-backup")(backup.verify_backup)
app.command("restore")(backup.restore_backup)
app.add_typer(recover.app, name="recover")
app.command("reconcile")(reconcile.show_reconcile)
app.command("migrate")(schema.migrate_schemas)
app.command("topics")(schema.create_topics)


@app.callback()
def quietly() -> None:
    """Operate a HuStar Tracker installation."""
    configure_logging(level="WARNING")


def main() -> None:
    """Run the command line. Faults of the engines end in a sentence, not in a stack trace."""
    try:
        app()
    except LogUnavailable as error:
        _end(f"The event log cannot be reached: {error}")
    except Exception as error:
        if not is_away(error):
            raise
        _end("A database cannot be reached. Is POSTGRES_URL right and the server up?")


def _end(text: str) -> None:
    try:
        fail(text)
    except typer.Exit as ended:
        raise SystemExit(ended.exit_code) from None
