"""Whether PDF can be made here: skipped with the remedy where it cannot, unless engines are required."""

import os
from pathlib import Path

import pytest

from services.reporting.reports import press


def needs_print() -> None:
    """Skip where the system lacks Pango or a Korean font; fail where REQUIRE_ENGINES is set."""
    lacking = []
    try:
        import weasyprint  # noqa: F401 - whether it can be imported is the question
    except OSError:
        lacking.append("libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")
    if not any(name in path.name for root in press.FOLDERS for path in Path(root).glob("**/*.tt[fc]") for name in press.KOREAN):
        lacking.append("fonts-nanum")
    if not lacking:
        return
    reason = f"PDF cannot be made here: apt-get install {' '.join(lacking)}"
    if os.environ.get("REQUIRE_ENGINES"):
        pytest.fail(reason)
    pytest.skip(reason)
