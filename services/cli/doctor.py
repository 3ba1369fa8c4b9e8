"""`hustar doctor`: examines the installation and says what to do."""

from functools import partial
from typing import Annotated

import typer

from services.cli.access import settings_or_end
from services.cli.language import Language
from services.cli.output import AsJson, out, show
from services.composition.definitions import definitions
from services.doctor import databases, event_log, machine
from services.doctor.findings import PATIENCE, Check, Examined, State, examine
from shared.i18n import translate
from shared.settings import SERVICES, Settings

_SIGNS = {State.WELL: "[green]well[/green]", State.LOOK: "[yellow]look[/yellow]", State.BROKEN: "[red]broken[/red]"}


def show_doctor(
    as_json: AsJson = False,
    lang: Annotated[list[Language] | None, typer.Option(help="Speak only this language; both without it.")] = None,
    patience: Annotated[
        float, typer.Option(help="Seconds after which a check that has not answered counts as broken.")
    ] = PATIENCE,
) -> None:
    """Examine versions, clocks, topics, disk, permissions, certificate, keys, schemas, lag, backups. Changes nothing.

    Exit code 0 when all is well, 1 when something should be looked at, 2 when something is broken.
    """
    settings = settings_or_end()
    definitions()  # what the checks share, so that none of them pays for it with its time
    found = examine(checks(settings), patience=patience)
    languages = lang or list(Language)
    if as_json:
        show([_row(each) for each in found], title="Doctor", as_json=True)
    else:
        for each in found:
            _tell(each, languages)
    worst = max((list(State).index(each.finding.state) for each in found), default=0)
    raise typer.Exit(worst)


def checks(settings: Settings) -> list[tuple[str, Check]]:
    """Every check by name."""
    return [
        ("python", machine.python),
        ("sqlite", partial(machine.sqlite, settings)),
        ("disk", partial(machine.disk, settings)),
        ("permissions", partial(machine.permissions, settings)),
        ("keys", partial(machine.keys, settings)),
        ("certificate", partial(machine.certificate, settings)),
        ("broker-certificates", partial(machine.broker_certificates, settings)),
        ("certificate-for-brokers", partial(machine.own_certificate, settings)),
        ("backup", partial(machine.backup, settings)),
        *((f"database-{name}", partial(databases.database, settings, name)) for name in SERVICES),
        ("topics", partial(event_log.topics, settings)),
        ("lag", partial(event_log.lag, settings)),
        ("issuer", partial(event_log.issuer, settings)),
    ]


def _row(each: Examined) -> dict[str, object]:
    finding = each.finding
    texts = {
        f"{part}_{language.value}": translate(getattr(finding, part), language.value, finding.params)
        for part in ("detail", "remedy")
        for language in Language
    }
    return {"check": each.check, "state": finding.state.value, "seconds": each.seconds, **texts}


def _tell(each: Examined, languages: list[Language]) -> None:
    finding = each.finding
    for place, language in enumerate(languages):
        sign = _SIGNS[finding.state] if not place else ""
        out.print(f"{sign:<8}\t{each.check if not place else '':<20}", end="")
        out.print(translate(finding.detail, language.value, finding.params), markup=False, soft_wrap=True)
        if finding.remedy:
            out.print(f"\t{'':<20}-> {translate(finding.remedy, language.value, finding.params)}", markup=False, soft_wrap=True)
