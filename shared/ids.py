"""Identifiers: random enough to give nothing away, ordered by time so that indexes stay compact."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7 (RFC 9562). It carries its time of birth and nothing about whom it names."""
    return uuid7()
