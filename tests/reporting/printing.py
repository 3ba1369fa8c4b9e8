"""Whether PDF can be made here: skipped with the remedy where it cannot, unless engines are required."""

from pathlib import Path

from services.reporting.reports import press
from tests.engines import cannot_be_had


def needs_print() -> None:
    """Skip where the system lacks Pango or a Korean font; fail where REQUIRE_ENGINES is set."""
    lacking = []
    try:
        import weasyprint  # noqa: F401 - whether it can be imported is the question
    except OSError:
        lacking.append("libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")
    if not any(name in path.name for root in press.FOLDERS for path in Path(root).glob("**/*.tt[fc]") for name in press.KOREAN):
        lacking.append("fonts-nanum")
    if lacking:
        cannot_be_had(f"PDF cannot be made here: apt-get install {' '.join(lacking)}")
