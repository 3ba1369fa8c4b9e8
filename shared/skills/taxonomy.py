"""Skills by their codes, by their names and synonyms in both languages, and by something close to them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz, process

from shared.i18n import Language
from shared.letters import letters

FILE: Final = Path(__file__).with_name("taxonomy.tsv")
_COLUMNS: Final = ("code", "kind", "fields", "ncs", "esco", "name_ko", "name_en", "synonyms")
_CLOSE: Final = 75.0  # of 100: below this two words have too little in common to be meant for each other


class Kind(StrEnum):
    """A licence is required or not and has no level; a language is a skill of its own kind."""

    SKILL = "skill"
    LANGUAGE = "language"
    LICENCE = "licence"


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill. Its `code` never changes and is never used again. `fields` are the industry fields that it belongs to.

    `ncs` is a classification or a unit of the National Competency Standards, `esco` a concept's URI, where one is known.
    """

    code: str
    kind: Kind
    name_ko: str
    name_en: str
    synonyms: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    ncs: str | None = None
    esco: str | None = None
    retired: bool = False

    def name(self, language: Language) -> str:
        return self.name_ko if language == "ko" else self.name_en

    def spellings(self) -> tuple[str, ...]:
        """Everything that it may be called, its names first."""
        return (self.name_ko, self.name_en, self.code.replace("_", " "), *self.synonyms)


class TaxonomyFault(Exception):
    """The file of skills cannot be used. The text says where and why."""


class Taxonomy:
    """Skills that are found. Of two skills of one code the later one counts."""

    def __init__(self, skills: Iterable[Skill]) -> None:
        self._by_code = {skill.code: skill for skill in skills}
        current = [skill for skill in self._by_code.values() if not skill.retired]
        spelled = [(letters(spelling), skill) for skill in current for spelling in skill.spellings()]
        self._by_spelling: dict[str, Skill] = {}
        for spelling, skill in spelled:
            self._by_spelling.setdefault(spelling, skill)
        self._spellings = [spelling for spelling, _ in spelled]
        self._skills = [skill for _, skill in spelled]

    def __len__(self) -> int:
        return len(self._by_code)

    def __iter__(self) -> Iterator[Skill]:
        return iter(self._by_code.values())

    def get(self, code: str) -> Skill | None:
        """The skill of that code, retired or not."""
        return self._by_code.get(code)

    def find(self, written: str) -> Skill | None:
        """The skill that is meant, not a retired one: by its code, or by a name or synonym however it is spaced."""
        by_code = self._by_code.get(written)
        if by_code is not None and not by_code.retired:
            return by_code
        return self._by_spelling.get(letters(written))

    def spelling_taken(self, spellings: Iterable[str], *, by_others_than: str) -> Skill | None:
        """Another skill that is called so already: one spelling means one skill."""
        found = (self._by_spelling.get(letters(spelling)) for spelling in spellings)
        return next((skill for skill in found if skill is not None and skill.code != by_others_than), None)

    def suggest(self, typed: str, *, most: int = 10, kinds: Sequence[Kind] = tuple(Kind)) -> list[Skill]:
        """What may be meant by something that is still being typed or mistyped, the likeliest first."""
        wanted = letters(typed)
        if not wanted:
            return []
        ranks: dict[str, tuple[float, int, Skill]] = {}
        for score, place in self._scores(wanted):
            skill = self._skills[place]
            rank = (-score, len(self._spellings[place]), skill)
            if skill.kind in kinds and (skill.code not in ranks or rank[:2] < ranks[skill.code][:2]):
                ranks[skill.code] = rank
        best = sorted(ranks.values(), key=lambda rank: (rank[0], rank[1], rank[2].code))
        return [skill for _, _, skill in best[:most]]

    def _scores(self, wanted: str) -> Iterator[tuple[float, int]]:
        for place, spelling in enumerate(self._spellings):
            if spelling == wanted:
                yield 300.0, place
            elif spelling.startswith(wanted):
                yield 250.0, place
            elif len(wanted) > 1 and wanted in spelling:
                yield 200.0, place
        close = process.extract(wanted, self._spellings, scorer=fuzz.WRatio, limit=50, score_cutoff=_CLOSE)
        for _, score, place in close:
            yield score, place


@cache
def shipped() -> Taxonomy:
    """What ships with the product. Raises TaxonomyFault for a file that cannot be used."""
    return Taxonomy(read(FILE.read_text(encoding="utf-8")))


def read(text: str) -> list[Skill]:
    """The skills in a file of tab-separated columns, `#` before remarks. Raises TaxonomyFault."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line and not line.startswith("#")]
    if not lines or tuple(lines[0][1].split("\t")) != _COLUMNS:
        raise TaxonomyFault(f"the columns must be {', '.join(_COLUMNS)}")
    skills = [_skill(number, line) for number, line in lines[1:]]
    taken: dict[str, str] = {}
    for skill in skills:
        for spelling in {letters(each) for each in skill.spellings()}:
            other = taken.setdefault(spelling, skill.code)
            if other != skill.code or not spelling:
                raise TaxonomyFault(f"{skill.code} and {other} are called the same, or one has an empty name")
    if len({skill.code for skill in skills}) < len(skills):
        raise TaxonomyFault("a code occurs twice")
    return skills


def _skill(number: int, line: str) -> Skill:
    cells = line.split("\t")
    if len(cells) != len(_COLUMNS):
        raise TaxonomyFault(f"line {number} has {len(cells)} columns, not {len(_COLUMNS)}")
    row = dict(zip(_COLUMNS, cells, strict=True))
    try:
        kind = Kind(row["kind"])
    except ValueError:
        raise TaxonomyFault(f"line {number}: the kind must be one of {', '.join(Kind)}") from None
    return Skill(
        code=row["code"],
        kind=kind,
        name_ko=row["name_ko"],
        name_en=row["name_en"],
        synonyms=tuple(filter(None, row["synonyms"].split("|"))),
        fields=tuple(filter(None, row["fields"].split("|"))),
        ncs=row["ncs"] or None,
        esco=row["esco"] or None,
    )
