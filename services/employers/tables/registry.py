"""The metadata that all tables of employers share."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Table(SQLModel, registry=registry()):
    """Every table of this service, in a metadata of its own."""
