"""Which companies may be the same one, registered twice: by number, by name, by name and place."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final
from uuid import UUID

from rapidfuzz import fuzz

# What companies are, not what they are called: ㈜ is (주) in compatibility form.
_FORMS: Final = re.compile(
    r"주식회사|유한회사|유한책임회사|합자회사|합명회사|농업회사법인|\(주\)|\(유\)|\(가상\)|\(fictitious\)"
    r"|\b(?:co|ltd|inc|corp|corporation|company|limited|llc)\b\.?",
    re.IGNORECASE,
)
_NOT_NAME: Final = re.compile(r"[\W_]+")
_ALIKE: Final = 85.0
_COMMON: Final = 200  # two letters that more companies share say nothing


class Likeness(StrEnum):
    """Why two companies may be one, the strongest reason first."""

    CORPORATE_NUMBER = "corporate_number"
    SAME_NAME = "same_name"
    NAME_AND_PLACE = "name_and_place"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a company is compared by. `addresses` are those of its sites."""

    id: UUID
    name_ko: str
    name_en: str
    region: str
    corporate_number: str | None
    addresses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two companies, the smaller id first, why, and how alike their names are (0 to 100)."""

    first: UUID
    second: UUID
    likeness: Likeness
    score: float


def comparable(name: str) -> str:
    """A company's name without its legal form, spaces and punctuation, in small letters."""
    return _NOT_NAME.sub("", _FORMS.sub("", unicodedata.normalize("NFKC", name))).casefold()


def pairs(profiles: Iterable[Profile], *, distinct: Collection[tuple[UUID, UUID]] = ()) -> list[Pair]:
    """The pairs that may be one company, the most alike first, without those that were decided to be `distinct`."""
    rows = sorted(profiles, key=lambda row: row.id)
    names = [(comparable(row.name_ko), comparable(row.name_en)) for row in rows]
    found = [pair for one, other in _candidates(rows, names) if (pair := _judge(rows, names, one, other)) is not None]
    known = set(distinct)
    return sorted((pair for pair in found if (pair.first, pair.second) not in known), key=lambda pair: (-pair.score, pair.first))


def _candidates(rows: Sequence[Profile], names: Sequence[tuple[str, str]]) -> set[tuple[int, int]]:
    """Whoever shares a number, a name or an uncommon pair of letters: all others cannot be alike."""
    sharing: dict[object, set[int]] = defaultdict(set)
    for place, (row, both) in enumerate(zip(rows, names, strict=True)):
        for mark in _marks(row, both):
            sharing[mark].add(place)
    return {pair for group in sharing.values() if 1 < len(group) <= _COMMON for pair in combinations(sorted(group), 2)}


def _marks(row: Profile, names: tuple[str, str]) -> Iterator[object]:
    if row.corporate_number is not None:
        yield "number", row.corporate_number
    for name in names:
        yield "name", name
        yield from (name[place : place + 2] for place in range(len(name) - 1))


def _judge(rows: Sequence[Profile], names: Sequence[tuple[str, str]], one: int, other: int) -> Pair | None:
    first, second = rows[one], rows[other]
    score = max(
        (fuzz.ratio(mine, theirs) for mine, theirs in zip(names[one], names[other], strict=True) if mine and theirs), default=0.0
    )
    if first.corporate_number is not None and first.corporate_number == second.corporate_number:
        return Pair(first.id, second.id, Likeness.CORPORATE_NUMBER, max(score, 99.0))
    if score == 100:
        return Pair(first.id, second.id, Likeness.SAME_NAME, score)
    if score >= _ALIKE and _near(first, second):
        return Pair(first.id, second.id, Likeness.NAME_AND_PLACE, score)
    return None


def _near(first: Profile, second: Profile) -> bool:
    """In the same city or county, or at a similar address."""
    if len(first.region) >= 5 and first.region[:5] == second.region[:5]:
        return True
    return any(fuzz.ratio(mine, theirs) >= _ALIKE for mine in first.addresses for theirs in second.addresses)
