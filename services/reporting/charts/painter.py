"""Has specifications drawn by a process of its own, and keeps what was drawn by its content."""

import atexit
import base64
import json
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import IO, Final

from services.reporting.charts import drawing
from services.reporting.charts.chart import WIDE, Chart, key_of
from services.reporting.charts.slimming import slimmed

FONTS: Final = Path(__file__).parents[1] / "pages" / "static" / "fonts"
SECONDS: Final = 20.0
MOST_KEPT: Final = 400
"""Drawings kept: some 10 kB each."""


class NothingDrawn(Exception):
    """The process that draws failed or took too long. A page does without the picture; the table stands."""


class _Painter:
    """One process, started when it is first needed and again when it has died. One specification at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None

    def ask(self, questions: Sequence[dict[str, object]]) -> list[dict[str, str]]:
        with self._lock:
            return [self._one(question) for question in questions]

    def _one(self, question: dict[str, object]) -> dict[str, str]:
        process = self._running()
        out, back = _pipes(process)
        timer = Timer(SECONDS, process.kill)
        timer.start()
        try:
            out.write(json.dumps(question) + "\n")
            out.flush()
            line = back.readline()
        except OSError as error:
            raise NothingDrawn("the process that draws has ended") from error
        finally:
            timer.cancel()
        if not line:
            process.wait()
            raise NothingDrawn("the process that draws has ended, or took too long")
        answer: dict[str, str] = json.loads(line)
        if "error" in answer:
            raise NothingDrawn(answer["error"])
        return answer

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self.end()
            folders = [str(FONTS)] if FONTS.is_dir() else []
            # By its path: it needs nothing of the package, and starts in a tenth of the time.
            command = [sys.executable, "-I", drawing.__file__, *folders]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        return self._process

    def end(self) -> None:
        """Let go of the process. It ends by itself when nobody can write to it any more."""
        process, self._process = self._process, None
        if process is not None:
            for pipe in _pipes(process):
                with suppress(OSError):
                    pipe.close()
            process.kill()
            process.wait()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


class _Kept:
    """What was drawn, the least lately used forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[str, str] = OrderedDict()

    def get(self, key: str) -> str | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, drawn: str) -> None:
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


_painter: Final = _Painter()
_kept: Final = _Kept(MOST_KEPT)
atexit.register(_painter.end)


def draw(specifications: Sequence[str]) -> list[str]:
    """The SVG of each specification, in their order. Raises NothingDrawn."""
    keys = [key_of(each) for each in specifications]
    for key, each in zip(keys, specifications, strict=True):
        if _kept.get(key) is None:
            (answer,) = _painter.ask([{"spec": each}])
            _kept.put(key, answer["svg"])
    return [found for key, each in zip(keys, specifications, strict=True) if (found := _again(key, each))]


def _again(key: str, specification: str) -> str:
    """What was just drawn; drawn once more where others pushed it out meanwhile."""
    return _kept.get(key) or _painter.ask([{"spec": specification}])[0]["svg"]


def svg(chart: Chart, *, width: int = WIDE) -> str | None:
    """A chart for a file, in plain colours; None where there is nothing to draw. Raises NothingDrawn."""
    specification = chart.specification(width)
    return None if specification is None else slimmed(draw([specification])[0])


def png(chart: Chart, *, width: int = WIDE, scale: float = 2.0) -> bytes | None:
    """The same as pixels, on white; None where there is nothing to draw. Raises NothingDrawn."""
    drawn = svg(chart, width=width)
    if drawn is None:
        return None
    (answer,) = _painter.ask([{"svg": drawn, "scale": scale}])
    return base64.b64decode(answer["png"])


def warm() -> None:
    """Start the process that draws and have it draw something, so that no reader waits for that. Raises NothingDrawn."""
    draw(['{"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "data": {"values": [{"a": 1}]}, "mark": "point"}'])
