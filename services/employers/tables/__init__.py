"""The rows of the employers database. Seats are counted from their rows; no count is stored."""

from services.employers.tables.agreements import Agreement, Pledge
from services.employers.tables.companies import Company
from services.employers.tables.positions import Position, Seat
from services.employers.tables.registry import Table
from services.employers.tables.steps import Step
from shared.events.tables import include_event_tables
from shared.http.idempotency import idempotency_table

metadata = Table.metadata
include_event_tables(metadata)
idempotency_table(metadata)

__all__ = ["Agreement", "Company", "Pledge", "Position", "Seat", "Step", "Table", "metadata"]
