"""One installation under rehearsal, and what a step of the rehearsal is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.compose.engine import Engine
from tests.compose.through_the_gateway import Installed, https


@dataclass(slots=True)
class Rehearsal:
    """One installation under rehearsal, and what was found. `absent` are the services whose images cannot be had here."""

    engine: Engine
    origin: str
    authority: Path
    secrets: dict[str, str]
    absent: frozenset[str] = frozenset()
    http: httpx.Client = field(init=False)
    world: Installed = field(init=False)

    def __post_init__(self) -> None:
        self.http = https(self.origin, self.authority)
        self.world = Installed(self.engine, self.http, self.secrets)


@dataclass(frozen=True, slots=True)
class Step:
    """`run` returns what was seen. `needs` are the steps without which it makes no sense."""

    name: str
    run: Callable[[Rehearsal], str]
    needs: tuple[str, ...] = ()
