"""Which persons turned out to be one human. Read model."""

from uuid import UUID

from sqlmodel import Field

from services.matching.tables.table import Table


class Identity(Table, table=True):
    """`person_id` counts as `survivor_id`. A person without a row counts as themselves."""

    person_id: UUID = Field(primary_key=True)
    survivor_id: UUID = Field(index=True)
