"""The gate that `make test` ends with: at least so many of the product's branches were taken, both ways."""

import io
import json
import sys
from contextlib import redirect_stdout

from coverage import Coverage

AT_LEAST = 90.0


def main() -> int:
    """Print the share of branches taken. 1 when it is too small, or when nothing was measured."""
    totals = _totals()
    if not totals["num_branches"]:
        print("No branch was measured.", file=sys.stderr)
        return 1
    taken = 100.0 * totals["covered_branches"] / totals["num_branches"]
    print(f"Branches taken: {taken:.1f} % of {totals['num_branches']}, at least {AT_LEAST:.0f} % are required.")
    return int(taken < AT_LEAST)


def _totals() -> dict[str, int]:
    coverage = Coverage()
    coverage.load()
    with redirect_stdout(io.StringIO()) as report:
        coverage.json_report(outfile="-")
    totals: dict[str, int] = json.loads(report.getvalue())["totals"]
    return totals


if __name__ == "__main__":
    sys.exit(main())
