"""Which postings hold words: by what their field, kind, region, company and skills are called, and by their own letters."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, String, Text, cast, column, func, literal, select, text
from sqlmodel import col

from services.employers.domain.letter_codes import coded
from services.employers.domain.searching import (
    said_of_company,
    said_of_field,
    said_of_kind,
    said_of_region,
    said_of_skill,
)
from services.employers.queries.position_sets import Bits, PositionSets, Sets, bits_of
from services.employers.queries.skills import taxonomy
from services.employers.tables.search import PositionDocument, PositionLetters
from shared.db import ReadSession
from shared.letters import GRAM, grams
from shared.skills import Taxonomy

_SAID: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType({
    "field": said_of_field, "kind": said_of_kind, "region": said_of_region, "company_said": said_of_company,
})  # fmt: skip
# From this share of all postings on, PostgreSQL reads through their letters in less time than its index takes to name most of
# what there is. SQLite's knows where in a text letters stand, and is faster always.
_MANY: Final = 0.08
# From this share on those are looked for that lack the letters: what is not told need not be sent.
_MOST: Final = 0.6
# The planner takes the groups of letters for dearer than they are: it reads every document there is, has workers share that and
# compiles it, which takes two to nine times as long as following the index.
_BY_THE_INDEX: Final = text(
    "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true), "
    "set_config('max_parallel_workers_per_gather', '0', true)"
)
_ALL_THROUGH: Final = text("SELECT set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)")


def holding(session: ReadSession, kept: PositionSets, sets: Sets, words: Sequence[str]) -> Bits:
    """The postings that hold every one of `words`, as shared.letters makes them of what was typed."""
    found, known = sets.every(), taxonomy(session)
    for word in words:
        own = coded(word).encode()
        found &= _by_name(sets, word, known) | kept.holding(sets, own, lambda own=own: _by_letters(session, kept, sets, own))  # type: ignore[misc]
    return found


def _by_name(sets: Sets, word: str, known: Taxonomy) -> Bits:
    """Those of whose field, kind, region, company or skills a name holds the word."""
    found = 0
    for part, said in _SAID.items():
        for value, bits in sets.having[part].items():
            if value is not None and word in said(value):
                found |= bits
    for code, bits in sets.having["skill"].items():
        if word in said_of_skill(known.get(code) or code):
            found |= bits
    return found


def _by_letters(session: ReadSession, kept: PositionSets, sets: Sets, wanted: bytes) -> Bits:
    """Those in whose own letters the wanted ones stand side by side."""
    share = kept.share(session, sets, wanted) if _of_postgres(session) else 0.0
    if share < _MANY:
        return _numbers(session, by_the_index(session, wanted.decode()), _BY_THE_INDEX)
    stands = _stands(wanted)
    if share < _MOST or not kept.all_have_letters(session, sets):
        return _numbers(session, select(col(PositionLetters.number)).where(stands), _ALL_THROUGH)
    lacking = _numbers(session, select(col(PositionLetters.number)).where(~stands), _ALL_THROUGH)
    return sets.every() & ~lacking


def _numbers(session: ReadSession, statement: Select[Any], planned: Any) -> Bits:
    found = statement.subquery()
    if _of_postgres(session):
        session.execute(planned)
    # All numbers in one text: tens of thousands of rows of one number take several times as long.
    numbers = session.execute(select(func.aggregate_strings(cast(found.c.number, String), ","))).scalar()
    return bits_of(map(int, numbers.split(","))) if numbers else 0


def by_the_index(session: ReadSession, wanted: str) -> Select[Any]:
    """The one place where the engines differ: FTS5 with its trigrams, or groups of three letters in an inverted index."""
    if not _of_postgres(session):
        matching = text("SELECT rowid AS number FROM position_text WHERE position_text MATCH :match")
        return matching.bindparams(match=f'"{wanted}"').columns(column("number", BigInteger)).subquery().select()
    groups = func.position_text_apart(col(PositionDocument.grams)).op("@>")(literal(sorted(grams(wanted)), ARRAY(Text)))
    statement = select(col(PositionDocument.number)).where(groups)
    if len(wanted) == GRAM:
        return statement
    same = col(PositionLetters.number) == col(PositionDocument.number)
    return statement.join(PositionLetters, same).where(_stands(wanted.encode()))


def _stands(wanted: bytes) -> ColumnElement[bool]:
    # Of bytes: in a text the engine counts the letters up to the place, which takes longer than finding it.
    return func.position(literal(wanted).op("IN")(col(PositionLetters.letters))) > 0


def _of_postgres(session: ReadSession) -> bool:
    return session.get_bind().dialect.name == "postgresql"
