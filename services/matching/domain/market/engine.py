"""The search, compiled by numba: made once per installation, kept on disk, never made while somebody waits for an answer.

Until it is there the same functions run uncompiled, with the same results. Threads are ours: numba's own may not be used
by two callers at once.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import ClassVar, Final

from services.matching.domain.market import acceptance, compiling, points, rehearsal, search
from services.matching.domain.market.components import COMPONENTS
from services.matching.domain.market.rules import RULES

_INLINE: Final[tuple[Callable[..., object], ...]] = (
    *(rule.holds for rule in RULES),
    *(component.value for component in COMPONENTS),
    *points.PARTS,
    search.add_skills,
    search.prepare,
    search.search_run,
    search.fill_terms,
    search.fill_pays,
    search.sort_down,
    search.make_heap,
    search.sift,
    acceptance.take,
    acceptance.has_room,
    acceptance.answer,
    acceptance.open_seats,
)


@dataclass(slots=True)
class Engine:
    """The loops, compiled or plain."""

    LOOPS: ClassVar = ("best_positions", "score_pairs", "rules_broken", "trainees_propose", "positions_propose")

    best_positions: Callable[..., None] = search.best_positions
    score_pairs: Callable[..., None] = search.score_pairs
    rules_broken: Callable[..., None] = search.rules_broken
    trainees_propose: Callable[..., None] = acceptance.trainees_propose
    positions_propose: Callable[..., None] = acceptance.positions_propose
    compiled: bool = False


PLAIN: Final = Engine()
_current: Engine = PLAIN
_folder: Path | None = None
_making: Final = Lock()
FEW: Final = 200_000
"""So many pairs the plain loops look at in seconds."""


def engine() -> Engine:
    """The engine of this process as it is now: compiled, or plain until it is."""
    return _current


def shared(loop: Callable[[int, int], None], count: int, *, block: int = 256, threads: int | None = None) -> None:
    """Run `loop(first, last)` over all of `count`, block by block. Whichever way it is cut, the result is the same."""
    parts = [(first, min(first + block, count)) for first in range(0, count, block)]
    workers = min(threads or len(os.sched_getaffinity(0)), len(parts))
    if workers <= 1:
        for part in parts:
            loop(*part)
        return
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(loop, *part) for part in parts]:
            done.result()


def keep_in(folder: Path) -> None:
    """Where compiled code is kept, as the settings say."""
    global _folder  # noqa: PLW0603 - as above
    _folder = folder


def warm() -> Engine:
    """Compile, or load what was compiled before, and use it from now on. Takes seconds the first time.

    Whoever calls second waits for the first. Not for requests: they call `warm_beside`.
    """
    global _current  # noqa: PLW0603 - one engine per process, exchanged whole
    with _making:
        if not _current.compiled:
            made = compiling.compile_into(PLAIN, inline=_INLINE, folder=compiling.folder_for(_folder))
            rehearsal.rehearse(made)
            _current = made
    return _current


def warm_beside() -> None:
    """The same in a thread of its own; does nothing where it runs already, or is done."""
    if not _current.compiled and not _making.locked():
        Thread(target=warm, name="matching-engine", daemon=True).start()


def ready_for(pairs: int) -> bool:
    """Whether this many pairs can be looked at now: few by the plain loops, many by the compiled ones alone."""
    return _current.compiled or pairs <= FEW
