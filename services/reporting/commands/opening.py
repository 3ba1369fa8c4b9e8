"""What is done once when reporting's database is open: plans are taken in, and the facts may be counted by column."""

import structlog
from sqlalchemy import select

from services.reporting.commands.plans import load_plans
from services.reporting.commands.projection import EDITION
from services.reporting.queries.columns import INFO, FactColumns
from services.reporting.queries.freshness import live_generation
from services.reporting.tables import MADE_BY
from shared.db import Database, ReadSession

log = structlog.get_logger()


def open_figures(database: Database) -> None:
    """Ready for questions. The copy by column is made when there is enough to count."""
    database.know(**{INFO: FactColumns(database)})
    load_plans(database)
    if is_older(database):
        log.warning("projection_is_older", remedy="hustar replay run reporting --if-older")


def is_older(database: Database) -> bool:
    """Whether the figures rest on facts that an earlier edition of this code took in."""
    with database.read() as session:
        return rests_on_older(session)


def rests_on_older(session: ReadSession) -> bool:
    """The same, within a look at the database."""
    edition = select(MADE_BY.c.edition).where(MADE_BY.c.generation == live_generation(session))
    found = session.execute(edition).scalar_one_or_none()
    return found is not None and found < EDITION


def warm_columns(database: Database) -> None:
    """Have the copy before somebody asks, where there is enough to count."""
    columns = database.info.get(INFO)
    if isinstance(columns, FactColumns):
        columns.keep()
