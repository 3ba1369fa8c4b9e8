"""Optimistic concurrency: a change names the version it was made from."""

from typing import Protocol

from shared.errors import Stale


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


def check_version(row: Versioned, expected: int | None) -> None:
    """Raise Stale unless `row` is still at `expected`. None means that the caller takes any version."""
    if expected is not None and row.version != expected:
        raise Stale
