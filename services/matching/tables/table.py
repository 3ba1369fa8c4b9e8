"""What every table of this service is made of: a metadata of its own."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Table(SQLModel, registry=registry()):
    """Every table of this service, in a metadata of its own."""
