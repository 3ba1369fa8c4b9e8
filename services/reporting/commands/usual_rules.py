"""An installation that never had a rule gets those that are usual. Whatever people make of them afterwards stays."""

from sqlalchemy import exists, select

from services.reporting.commands.alerting import make_rule
from services.reporting.domain.usual_rules import USUAL
from services.reporting.queries.alerting import WATCH
from services.reporting.tables import AlertRule
from shared.db import Database, ReadSession, WriteSession
from shared.errors import Invalid


def make_usual_rules(database: Database) -> int:
    """How many were made: none where there is any rule already. Safe to run twice, and anywhere."""
    with database.read() as session:
        if _has_rules(session):
            return 0

    def unit(session: WriteSession) -> int:
        with database.claim(session, "reporting.usual-rules") as free:
            return sum(_made(session, *each) for each in USUAL) if free and not _has_rules(session) else 0

    return database.run(unit)


def _made(session: WriteSession, ko: str, en: str, severity: object, watched: object) -> bool:
    try:
        make_rule(session, watch=WATCH.validate_python(watched), said={"name_ko": ko, "name_en": en, "severity": severity})
    except Invalid:  # a plan that is not followed here
        return False
    return True


def _has_rules(session: ReadSession) -> bool:
    return bool(session.execute(select(exists().select_from(AlertRule))).scalar_one())
