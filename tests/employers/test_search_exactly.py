"""The search answers what a plain reading of the tables answers: before, and after postings changed under known words."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col, select
from starlette.requests import Request

from services.employers import queries
from services.employers.commands.publishing import catch_up
from services.employers.domain.codes.regions import table
from services.employers.domain.fields import FIELDS
from services.employers.domain.letter_codes import coded
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.queries import position_letters
from services.employers.queries.position_search import MOST_SKILLS, Wish
from services.employers.queries.position_sets import bits_of, sets_of
from services.employers.tables import Company, Position
from services.employers.tables.search import PositionIndex, PositionLetters, PositionSkill
from shared.auth.actor import Actor, Role
from shared.crypto import Keyring
from shared.db import Database, ReadSession
from shared.http import Page
from shared.letters import EDGE, document, terms
from shared.skills import Taxonomy
from tests.benchmarks.positions import filled

READER = Actor("reader", frozenset({Role.PROGRAM_MANAGER}))
CIPHER = Keyring(b"searches!" * 4).cipher("cursors")
SIZE = 100
WISHES = [
    Wish(),
    Wish(text="로봇제어"),
    Wish(text="로봇 개발자"),
    Wish(text="가상기업"),
    Wish(text="AI"),
    Wish(text="가상기업3", kind=PositionKind.INTERNSHIP),
    Wish(text="설계", salary_from=36_000_000, region="27"),
    Wish(text="대구"),
    Wish(text="자 연"),
    Wish(text="python 정규직"),
    Wish(text="가상기업 북구 C"),
    Wish(text="!"),
    Wish(text="없는말이다"),
    Wish(field="robot", state=None),
    Wish(text="로봇", skills=("python",)),
    Wish(text="데이터", state=PositionState.CLOSED),
]
SORTS = [None, "salary", "-salary"]


@dataclass
class Plain:
    """A posting as the tables hold it."""

    row: PositionIndex
    document: str
    skills: list[str]

    def fits(self, wish: Wish) -> bool:
        row, words = self.row, terms(wish.text or "")
        return (
            (wish.text is None or (bool(words) and all(word in self.document for word in words)))
            and wish.state in (None, row.state)
            and set(wish.skills) <= set(self.skills)
            and wish.field in (None, row.field)
            and wish.kind in (None, row.kind)
            and row.region.startswith(wish.region or "")
            and (wish.salary_from is None or (row.salary or 0) >= wish.salary_from)
        )

    def order(self, wish: Wish, sort: str | None) -> tuple[int, int]:
        titled = all(word.strip(EDGE) in self.row.title for word in terms(wish.text or ""))
        rank = {None: 0 if titled else 1, "salary": self.row.salary or 0, "-salary": -(self.row.salary or 0)}[sort]
        return rank, -(self.row.number or 0)


@pytest.fixture
def market(database_url: str) -> Iterator[Database]:
    database = filled(database_url, size=SIZE)
    yield database
    database.close()


@pytest.mark.unhurried
@pytest.mark.parametrize("letters", [10, 0], ids=["letters in memory", "letters left to the engine"])
def test_every_search_answers_what_a_plain_reading_answers(
    market: Database, letters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(position_letters, "_FEW", letters)  # more are looked through as one row
    monkeypatch.setattr(position_letters, "_MOST_OCTETS", letters << 20)
    assert answers(market) == expected(market)
    change(market, lambda place: {"title": "로봇 제어 설계", "version": 2} if place % 3 else {"state": "closed", "version": 2})
    with market.read() as session:
        kept = sets_of(session)
        own = coded("".join(terms("로봇제어"))).encode()
        known = kept.holding(kept.at(session), own, lambda: pytest.fail("these letters were known"))
        assert known == bits_of(_numbers_of(session, own))
    assert answers(market) == expected(market)


def test_letters_are_found_in_what_postings_say_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(position_letters, "_FEW", 40)
    monkeypatch.setattr(position_letters, "_AT_ONCE", 100)
    rng = random.Random(3)
    kept, plain = position_letters.Letters(), dict[int, bytes]()
    for many in (5, 60, 3, 30, 30, 90, 1):
        changed = {rng.randrange(1, 200): bytes(rng.choices(b"abc|", k=rng.randrange(1, 60))) for _ in range(many)}
        kept.take_in(changed.items())
        plain.update(changed)
        assert len(kept) == len(plain)
        for wanted in (b"a", b"|c", b"aba", b"cabb", b"abcab", *(each[-9:] for each in changed.values()), plain[min(plain)]):
            assert kept.holding(wanted) == bits_of(number for number, each in plain.items() if wanted in each)


def test_more_letters_than_are_kept_are_left_to_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(position_letters, "_MOST_OCTETS", 10)
    kept = position_letters.Letters()
    kept.take_in([(1, b"|robot|")])
    assert len(kept) == 1
    kept.take_in([(2, b"|control|")])
    kept.take_in([(1, b"|r|")])
    assert (len(kept), kept.holding(b"r")) == (0, 0)


def _numbers_of(session: ReadSession, letters: bytes) -> list[int]:
    return [each.number for each in session.exec(select(PositionLetters)) if letters in each.letters]


def change(database: Database, to: Callable[[int], dict[str, Any]]) -> None:
    """Change a fifth of the positions, behind the back of the search, and have it catch up."""
    with database.write() as session:
        ids = session.exec(select(Position.id).order_by(col(Position.id))).all()
        for place, id_ in enumerate(random.Random(2).sample(list(ids), SIZE // 5)):
            session.execute(update(Position).where(col(Position.id) == id_).values(to(place)))
    assert catch_up(database) == SIZE // 5


def answers(database: Database) -> list[Any]:
    return [searched(database, wish, sort) for wish in WISHES for sort in SORTS]


def expected(database: Database) -> list[Any]:
    everything = plain(database)
    return [counted([each for each in everything if each.fits(wish)], wish, sort) for wish in WISHES for sort in SORTS]


def searched(database: Database, wish: Wish, sort: str | None) -> tuple[Any, ...]:
    """All pages, one after the other, with the counts of the first."""
    ids, cursor, first = [], None, None
    while True:
        asked = f"limit=60&sort={sort or ''}&cursor={cursor or ''}" if sort else f"limit=60&cursor={cursor or ''}"
        asked = asked.removesuffix("&cursor=")
        request = Request({"type": "http", "path": "/", "query_string": asked.encode(), "headers": []})
        with database.read() as session:
            found = queries.search_positions(session, Page(request, caller="reader", cipher=CIPHER), wish, by=READER)
        first = first or found
        ids += [item["id"] for item in found.items]
        cursor = found.next
        if cursor is None:
            facets = {name: {each["value"]: (each["ads"], each["seats"]) for each in told} for name, told in first.facets.items()}
            return ids, first.ads, first.seats, facets


def plain(database: Database) -> list[Plain]:
    with database.read() as session:
        known = queries.taxonomy(session)
        pairs = select(Position, Company).where(Company.id == Position.company_id)
        documents = {position.id: _document(position, company, known) for position, company in session.exec(pairs)}
        skills: dict[int, list[str]] = {}
        for each in session.exec(select(PositionSkill)):
            skills.setdefault(each.number, []).append(each.skill)
        rows = session.exec(select(PositionIndex)).all()
        return [Plain(row, documents[row.position_id], skills[row.number or 0]) for row in rows]


def _document(position: Position, company: Company, known: Taxonomy) -> str:
    """Everything that a posting may be found by, in one text."""
    asked = [*position.skills, *(each["skill"] for each in position.nice_to_have or ())]
    skills = [skill for skill in map(known.get, asked) if skill]
    kinds = {"internship": "인턴 인턴십 internship", "permanent": "정규직 permanent", "fixed_term": "기간제 계약직 fixed term"}
    places = [table()[position.region[:digits]] for digits in (2, 5)]
    names = [name for each in places for name in (each.name_ko, each.name_en)]
    texts = [position.title, position.description, company.name_ko, company.name_en, *FIELDS[position.field]]
    return document(
        [*filter(None, [*texts, *names, kinds[position.kind]]), *(name for each in skills for name in each.spellings())]
    )


def counted(found: list[Plain], wish: Wish, sort: str | None) -> tuple[Any, ...]:
    facets: dict[str, Any] = {}
    for name, part in {"field": "field", "kind": "kind", "region": "region", "salary": "band", "skill": None}.items():
        ads, seats = Counter[Any](), Counter[Any]()
        for each in found:
            for value in [getattr(each.row, part)] if part else each.skills:
                ads[value] += 1
                seats[value] += each.row.seats
        most = sorted(ads, key=lambda value: (-ads[value], str(value)))[: MOST_SKILLS if part is None else None]
        facets[name] = {value: (ads[value], seats[value]) for value in most}
    ordered = [each.row.position_id for each in sorted(found, key=lambda each: each.order(wish, sort))]
    return ordered, len(found), sum(each.row.seats for each in found), facets
