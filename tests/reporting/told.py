"""A site whose facts are told once, for tests of pages that only look."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from services.reporting.domain.alerting import RuleKind, Severity
from services.reporting.tables import Alert, AlertRule, Annotation, Forecast
from shared.db import Database, WriteSession
from tests.reporting.happenings import Happenings
from tests.reporting.serving import Site, site
from tests.reporting.story import three_cohorts

TALENTS: Final = "future-talent-city-daegu-talents"


@dataclass(frozen=True)
class Told:
    """`demo` opens by itself, `strict` asks to sign in; both show the same facts."""

    demo: Site
    strict: Site
    world: Happenings


def telling(template: Path, folder: Path) -> Iterator[Told]:
    """Copy an empty database, tell the story, and serve it twice."""
    path = folder / "reporting.db"
    shutil.copyfile(template, path)
    database = Database(f"sqlite:///{path}", service="reporting")
    world = Happenings(database)
    three_cohorts(world)
    database.run(said_by_people)
    with site(database, folder) as demo, site(database, folder, demo=False) as strict:
        yield Told(demo, strict, world)
    database.close()


def said_by_people(session: WriteSession) -> None:
    """Beside the facts: a forecast that was kept, an alert that stands, and a note on the day of the hires."""
    foretold = {"median": 30.0, "low": 20.0, "high": 41.0, "chance": 0.004, "method": "ETS(A,N,N)"}
    session.add(Forecast(goal=TALENTS, as_of=date(2020, 11, 30), content=foretold))
    watched = {"goal": TALENTS, "enter": 0.5, "leave": 0.6}
    kind, severity = RuleKind.OFF_PACE, Severity.CRITICAL
    rule = AlertRule(name_ko="인재 목표가 늦음", name_en="Talents are late", kind=kind, severity=severity, watched=watched)
    session.add(rule)
    session.flush()
    session.add(Alert(rule_id=rule.id, kind=rule.kind, severity=rule.severity, figure=0.1, detail={}))
    session.add(Annotation(on=date(2020, 8, 1), text_ko="채용의 날", text_en="The day of the hires", by="program-manager"))
