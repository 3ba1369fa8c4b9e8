"""What a check finds, and how all of them are run: each with a time of its own, all at once, none able to stop another."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shared.errors import N_
from shared.telemetry.logs import describe

PATIENCE: Final = 10.0


class State(StrEnum):
    """`well`, `look` (works, and should be seen to), `broken` (does not work, or will not for long)."""

    WELL = "well"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer. `remedy` says what to do, as a text for the catalogues; `params` fill its and the detail's placeholders."""

    state: State
    detail: str
    remedy: str = ""
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Examined:
    """A check's name, one of its findings, and the seconds that the check took."""

    check: str
    finding: Finding
    seconds: float


Check = Callable[[], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Name:
    """A name that commands take: said as it is in every language."""

    text: str

    def __str__(self) -> str:
        return self.text


def well(detail: str, **params: object) -> Finding:
    return Finding(State.WELL, detail, params=params)


def look(detail: str, remedy: str, **params: object) -> Finding:
    return Finding(State.LOOK, detail, remedy, params)


def broken(detail: str, remedy: str, **params: object) -> Finding:
    return Finding(State.BROKEN, detail, remedy, params)


def examine(checks: Sequence[tuple[str, Check]], *, patience: float = PATIENCE) -> list[Examined]:
    """Run every check, at most `patience` seconds in all, and return what they found in their order."""
    pool = ThreadPoolExecutor(max_workers=max(1, len(checks)), thread_name_prefix="doctor")
    deadline = time.monotonic() + patience
    running = [(name, pool.submit(_run, check)) for name, check in checks]
    found: list[Examined] = []
    for name, future in running:
        try:
            findings, seconds = future.result(timeout=max(0.0, deadline - time.monotonic()))
        except TookTooLong:
            findings, seconds = [broken(*_SLOW, seconds=round(patience))], patience
        found += [Examined(name, finding, round(seconds, 2)) for finding in findings]
    pool.shutdown(wait=False, cancel_futures=True)
    return found


_SLOW: Final = (N_("No answer within {seconds} seconds."), N_("See whether what it asks can be reached from this machine."))
_FAILED: Final = (N_("Could not be examined: {error}"), N_("Repair what the error names, then run hustar doctor again."))


def _run(check: Check) -> tuple[list[Finding], float]:
    began = time.monotonic()
    try:
        findings = list(check())
    except Exception as error:  # noqa: BLE001 - whatever ails the part is the finding
        findings = [broken(*_FAILED, error=describe(error))]
    return findings, time.monotonic() - began
