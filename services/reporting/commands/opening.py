"""What is done once when reporting's database is open: plans are taken in, and the facts may be counted by column."""

from services.reporting.commands.plans import load_plans
from services.reporting.queries.columns import INFO, FactColumns
from shared.db import Database


def open_figures(database: Database) -> None:
    """Ready for questions. The copy by column is made when there is enough to count."""
    database.know(**{INFO: FactColumns(database)})
    load_plans(database)


def warm_columns(database: Database) -> None:
    """Have the copy before somebody asks, where there is enough to count."""
    columns = database.info.get(INFO)
    if isinstance(columns, FactColumns):
        columns.keep()
