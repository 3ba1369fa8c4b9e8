"""The garbage collector, kept from looking again and again through what stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = 50_000
"""How many more objects there are until the collector looks, not 700: a roster, a page or a round makes tens of thousands
that all stay until it is done. To look through them each time took a quarter of a roster's time."""


def settle_collector() -> None:
    """Once a process has started: what is there by now stays until the end, and the collector looks only at what comes after."""
    gc.freeze()
    gc.set_threshold(SELDOM)
    gc.enable()


@contextmanager
def resting_collector() -> Iterator[None]:
    """While much is read that stays. It halves the time: each of the collector's rounds goes through all that was read so far.

    Where it is off already it stays off. Several threads may do this at once; it is on again when the first is done.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
