"""Named points at which a process can be made to die, as a power cut would: only when asked for by HUSTAR_CRASH.

`HUSTAR_CRASH="relay.published=0.05,consumer.*=0.01;seed=7;log=/path"` kills the process with SIGKILL at a matching
point with that probability. The point's name is appended to the log file first, so that a harness can count what
really happened. Without the variable a point costs one look-up.
"""

import fnmatch
import os
import random
import signal
from functools import lru_cache
from pathlib import Path


class _Plan:
    def __init__(self, text: str) -> None:
        chances, *options = text.split(";")
        given = dict(option.split("=", 1) for option in options if option)
        self.chances = [(name, float(chance)) for name, chance in (part.split("=", 1) for part in chances.split(",") if part)]
        self.dice = random.Random(f"{given.get('seed', '0')}-{os.getpid()}")
        self.log = given.get("log")

    def strikes(self, point: str) -> bool:
        chance = next((chance for pattern, chance in self.chances if fnmatch.fnmatch(point, pattern)), 0.0)
        return chance > 0 and self.dice.random() < chance

    def die(self, point: str) -> None:
        if self.log:
            with Path(self.log).open("a") as log:
                log.write(f"{point}\n")
                log.flush()
        os.kill(os.getpid(), signal.SIGKILL)


@lru_cache(maxsize=1)
def _plan() -> _Plan | None:
    text = os.environ.get("HUSTAR_CRASH")
    return _Plan(text) if text else None


def crash_point(name: str) -> None:
    """Die here if the plan says so. The plan is read when the process comes to its first point."""
    plan = _plan()
    if plan is not None and plan.strikes(name):
        plan.die(name)
