"""The regions that an installation is for: who works there has settled in the region."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HUSTAR: Final = ("27", "47")
"""Daegu and Gyeongbuk, as legal-district codes begin."""


@dataclass(slots=True)
class _Home:
    codes: tuple[str, ...] = HUSTAR


_home: Final = _Home()


def be_at_home_in(codes: Sequence[str]) -> None:
    """Learn from the settings which regions these are, as legal-district codes begin."""
    _home.codes = tuple(sorted(set(codes)))


def home_regions() -> tuple[str, ...]:
    """How the codes of the regions begin."""
    return _home.codes
