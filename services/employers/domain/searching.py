"""What of a posting can be found, and the bands that salaries are counted in."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from services.employers.domain.codes import regions
from services.employers.domain.fields import FIELDS
from services.employers.domain.offers import Per, Salary
from services.employers.domain.positions import PositionKind
from shared.letters import document
from shared.skills import Skill

# Lower bounds in millions of won a year; the last band has no end.
BANDS: Final = (0, 30, 35, 40, 50)
_MILLION: Final = 1_000_000
_KINDS: Final[Mapping[PositionKind, tuple[str, ...]]] = MappingProxyType({
    PositionKind.INTERNSHIP: ("인턴", "인턴십", "internship"),
    PositionKind.PERMANENT: ("정규직", "permanent"),
    PositionKind.FIXED_TERM: ("기간제", "계약직", "fixed term"),
})  # fmt: skip


def yearly(*, lowest: int | None, highest: int | None, per: Per | None, weekly: int | None) -> int | None:
    """What a posting pays in a year, as far as it tells."""
    if per is None or (lowest is None and highest is None):
        return None
    return Salary(per, lowest, highest).yearly(weekly)


def band(amount: int | None) -> int | None:
    """The lower bound of the band that a yearly salary falls into, in millions of won."""
    return None if amount is None else BANDS[bisect_right(BANDS, amount // _MILLION) - 1]


def written(title: str, description: str | None, *, region: str) -> str:
    """What a posting itself says that a search may find it by, as shared.letters wants it."""
    return document(text for text in (title, description, *_places(region, digits=(10,))) if text)


@lru_cache(maxsize=20_000)
def said_of_field(field: str) -> str:
    return document(FIELDS.get(field, (field,)))


@lru_cache(maxsize=100)
def said_of_kind(kind: str) -> str:
    return document(_KINDS[PositionKind(kind)])


@lru_cache(maxsize=2_000)
def said_of_region(region: str) -> str:
    """What a region of up to five digits is called, and the one around it."""
    return document(_places(region, digits=(2, 5)))


@lru_cache(maxsize=20_000)
def said_of_company(names: str) -> str:
    """`names`: in Korean and in English, a line each; what stands in a third line is no name."""
    return document(names.split("\n")[:2])


@lru_cache(maxsize=5_000)
def said_of_skill(skill: Skill | str) -> str:
    """Everything that a skill is called; of one that nobody knows its code."""
    return document((skill,) if isinstance(skill, str) else skill.spellings())


def _places(region: str, *, digits: Iterable[int]) -> Iterator[str]:
    known = regions.table()
    for most in digits:
        found = known.get(region[:most]) if len(region) >= most else None
        if found is not None:
            yield found.name_ko
            yield found.name_en or ""
