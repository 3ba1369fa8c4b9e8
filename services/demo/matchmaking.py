"""Runs a round of matching over the demo's completers and open positions, as a program manager does, and publishes it."""

from threading import Event
from time import monotonic
from typing import Any, Final

from services.demo.client import Client, Interrupted
from services.demo.plan import SEED

_API: Final = "/api/v1"
_NEXT: Final = {"draft": "frozen", "frozen": "running", "proposed": "published"}
_PATIENCE: Final = 60.0


class Matchmaking:
    """Goes on where it was interrupted: there is one round, led on from the state that it is in."""

    def __init__(self, manager: Client, *, stopping: Event) -> None:
        self._manager = manager
        self._stopping = stopping
        self._deadline = monotonic() + _PATIENCE

    def load(self) -> None:
        """The round, published; a round that failed stays as it is."""
        known = next(self._manager.every(f"{_API}/rounds"), None)
        row = known or self._manager.post(f"{_API}/rounds", {"seed": SEED})
        while row["state"] in {*_NEXT, "running"}:
            row = self._led_on(row)

    def _led_on(self, row: Any) -> Any:
        if row["state"] == "running":
            return self._again(row)
        if row["state"] == "frozen" and row["positions"] != self._offering() and monotonic() < self._deadline:
            # Matching has not heard of every position yet: what was frozen is given back and frozen anew.
            return self._again(self._moved(row, "draft"))
        return self._moved(row, _NEXT[row["state"]])

    def _moved(self, row: Any, to: str) -> Any:
        path = f"{_API}/rounds/{row['id']}/transitions"
        return self._manager.post(path, {"to": to}, etag=row["version"], key=f"{path} {to} {row['version']}")

    def _again(self, row: Any) -> Any:
        if self._stopping.wait(0.2):
            raise Interrupted
        return self._manager.get(f"{_API}/rounds/{row['id']}")

    def _offering(self) -> int:
        """How many positions have a seat to offer."""
        rows = self._manager.every(f"{_API}/positions")
        return sum(row["state"] in {"open", "paused"} and row["seat_counts"]["open"] > 0 for row in rows)
