"""`python -m tests.benchmarks.roster_worker URL`: works on the rosters that wait, and prints the most memory it took, in MiB."""

import sys
from pathlib import Path

from services.trainees.commands.roster.working import work_on_rosters
from shared.collector import settle_collector
from shared.telemetry.logs import configure_logging
from tests.benchmarks.rosters import open_trainees


def main(url: str) -> None:
    configure_logging(level="ERROR")
    database = open_trainees(url)
    settle_collector()
    while work_on_rosters(database):
        continue
    database.close()
    print(_peak())


def _peak() -> float:
    """In MiB; of this program alone, while getrusage counts what the process was before it became it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [kibibytes] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(kibibytes) / 1024


if __name__ == "__main__":
    main(sys.argv[1])
