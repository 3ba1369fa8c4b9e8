"""What of a posting can be found, and the bands that salaries are counted in."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from services.employers.domain.codes import regions
from services.employers.domain.fields import FIELDS
from services.employers.domain.offers import Per, Salary
from services.employers.domain.positions import PositionKind
from shared.letters import document
from shared.skills import Taxonomy

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


def found_by(
    texts: Iterable[str | None], *, field: str, kind: PositionKind, region: str, skills: Iterable[str], taxonomy: Taxonomy
) -> str:
    """Everything that a search may find a posting by, as shared.letters wants it."""
    told = [text for text in texts if text]
    return document([*told, *FIELDS.get(field, (field,)), *_KINDS[kind], *_places(region), *_spellings(skills, taxonomy)])


def _places(region: str) -> Iterator[str]:
    known = regions.table()
    for digits in (2, 5, 10):
        found = known.get(region[:digits]) if len(region) >= digits else None
        if found is not None:
            yield found.name_ko
            yield found.name_en or ""


def _spellings(codes: Iterable[str], taxonomy: Taxonomy) -> Iterator[str]:
    for code in codes:
        skill = taxonomy.get(code)
        yield from skill.spellings() if skill is not None else (code,)
