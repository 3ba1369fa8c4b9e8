"""The gate that `make test` ends with: at least so many of the product's lines and branches were taken by the tests."""

import json
import sys
from pathlib import Path
from typing import Any

from slipcover import Slipcover, merge_coverage, print_coverage

from tests.covering.probing import PASSED_OVER, PIECES, PRODUCT

AT_LEAST = {"lines": 95.0, "branches": 91.0}


def main() -> int:
    """Print what was missed, file by file, and the shares taken. 1 when one is too small, or when nothing was measured."""
    pieces = sorted(PIECES.glob("*.json"))
    whole = _together(pieces)
    print_coverage(whole, skip_covered=True)
    print(f"Put together from {len(pieces)} processes.")
    return max(_too_few(whole["summary"], what, least) for what, least in AT_LEAST.items())


def _together(pieces: list[Path]) -> dict[str, Any]:
    """What all processes took, beside every file of the product: one that nobody imported was missed as a whole."""
    whole: dict[str, Any] = Slipcover(branch=True, source=PRODUCT, exclude_also=PASSED_OVER).get_coverage()
    for piece in pieces:
        whole = merge_coverage(whole, json.loads(piece.read_text(encoding="utf-8")))
    return whole


def _too_few(totals: dict[str, int], what: str, least: float) -> int:
    taken, missed = totals[f"covered_{what}"], totals[f"missing_{what}"]
    share = 100.0 * taken / (taken + missed)
    print(f"{what.capitalize()} taken: {share:.1f} % of {taken + missed}, at least {least:.0f} % are required.")
    return int(share < least)


if __name__ == "__main__":
    sys.exit(main())
