"""Uses, inside the finished image, everything that prune.py could have broken, and ends with 0 when all of it works.

Run while the image is built, as root and with bytecode written: what is imported here is compiled once, into the image, and
not at every start of a container whose root is read-only. What nobody imports is left without bytecode.
"""

import ast
import compileall
import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, Final

OURS: Final = ("services", "shared")
SECONDS: Final = 300
_CONTENT: Final[dict[str, Any]] = {
    "report": {"framework": "walk", "framework_version": 1, "period": "2026", "as_of": "2026-12-31", "known_at": "2027-01-01",
               "filters": {}},
    "checksum": "sha256:", "goals": [], "indicators": [], "tree": [], "names": {},
}  # fmt: skip


def modules() -> list[ModuleType]:
    """Every module of the product, imported. Programs and migrations are what others start: compiled, not imported."""
    names = [
        found.name
        for package in OURS
        for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
        if not found.name.endswith("__main__") and ".migrations" not in found.name
    ]
    return [importlib.import_module(name) for name in names]


def imported_by(module: ModuleType) -> Iterator[str]:
    """What a module imports, also what only inside its functions."""
    if module.__file__ is None:
        return
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def everything_is_imported() -> str:
    names = sorted({name for module in modules() for name in imported_by(module)})
    for name in names:
        importlib.import_module(name)
    return f"{len(names)} modules"


def a_forecast_is_made() -> str:
    from services.reporting.domain.foretelling import History, foretell

    figures = [float(place * 7 + place % 5) for place in range(40)]
    return foretell(History(figures, cumulative=True), target=500, higher=True, ahead=6).method


def numbers_and_days_are_written() -> str:
    from services.reporting.pages.formatting import Format
    from services.trainees.domain.values import phone_number

    days = [Format(language).day(date(2026, 5, 17)) for language in ("ko", "en")]
    assert days[0] != days[1]
    assert "2026" in days[0]
    return f"{days[0]}, {days[1]}, {phone_number('010-2345-6789')}"


def a_report_is_made_in_every_format() -> str:
    from services.reporting.charts import Cell, Stage, Table, funnel
    from services.reporting.domain.values import Unit
    from services.reporting.pages.formatting import Format
    from services.reporting.reports.document import Grid, Picture, Report, Section
    from services.reporting.reports.hangul import as_hwpx
    from services.reporting.reports.printing import as_pdf
    from services.reporting.reports.sheets import as_xlsx

    form = Format("ko")
    chart = funnel("수료와 취업", [Stage("수료", 40), Stage("취업", 30)], unit=Unit.PERSONS, form=form)
    sections = [Section("a", "그림", 1, [Picture(chart), Grid(Table("표", ["이름", "수"], [[Cell("가"), Cell("1", 1)]]))])]
    report = Report("ko", "보고서", "2026", "기관", [("기관", "기관")], "sha256:", sections)
    files = {
        "PDF": as_pdf("<html lang=ko><title>보고서</title><h1>보고서</h1><p><b>굵게</b> 보통", "{}"),
        "XLSX": as_xlsx(report, _CONTENT, form),
        "HWPX": as_hwpx(report, _CONTENT, form),
    }
    assert files["PDF"].startswith(b"%PDF")
    for weight in ("regular", "bold"):
        set_in = subprocess.run(["fc-match", f"NanumGothic:{weight}"], capture_output=True, text=True, check=True).stdout
        assert f'"NanumGothic" "{weight.capitalize()}"' in set_in, set_in
    return ", ".join(f"{name} {len(data)} bytes" for name, data in files.items())


def rounds_are_compiled() -> str:
    from services.matching.domain.market import engine

    made = engine.warm()
    assert made.compiled
    return ", ".join(made.LOOPS)


def the_product_starts() -> str:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as data:
        told = {**os.environ, "DEMO": "0", "HUSTAR_DATA": data, "HOST": "127.0.0.1", "PORT": "8000"}
        with subprocess.Popen([sys.executable, "-m", "services"], env=told, stdout=subprocess.DEVNULL) as process:
            try:
                _wait_for("http://127.0.0.1:8000/readyz", process)
            finally:
                process.terminate()
        assert process.returncode == 0, process.returncode
    return f"and stops, {time.monotonic() - began:.1f} s"


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own, by HTTP
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"nothing answers at {address}")


STEPS: Final = (
    everything_is_imported,
    a_forecast_is_made,
    numbers_and_days_are_written,
    a_report_is_made_in_every_format,
    rounds_are_compiled,
    the_product_starts,
)


def main() -> int:
    for step in STEPS:
        print(f"{step.__name__.replace('_', ' ')}: {step()}", flush=True)
    for package in OURS:
        compileall.compile_dir(next(iter(importlib.import_module(package).__path__)), quiet=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
