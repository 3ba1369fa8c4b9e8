"""`hustar keys`: what is still sealed with an older secret, and so whether that secret can be taken out of the settings."""

from services.cli.access import reading
from services.cli.output import AsJson, show
from services.trainees.commands.keys import sealed_with_older_keys


def show_keys(as_json: AsJson = False) -> None:
    """How many rows still need an older secret. Workers seal them anew every hour; at none it may be forgotten."""
    with reading() as installation, installation.service("trainees").database.read() as session:
        counts = sealed_with_older_keys(session)
    rows = [{"table": table, "sealed_with_older_secrets": count} for table, count in counts.items()]
    show(rows, title="Keys", as_json=as_json)
