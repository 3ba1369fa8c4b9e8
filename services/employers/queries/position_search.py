"""Search over positions: words in any spacing, filters, and how many postings and seats each further filter would leave."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.employers.domain.codes.regions import spellings
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.queries.position_sets import Bits, Sets, newest, sets_of
from services.employers.queries.position_words import holding
from services.employers.queries.positions import View, views
from services.employers.queries.visibility import companies_of, sees_all_positions
from services.employers.tables import Company
from shared.auth.actor import Actor, Role
from shared.db import Database, ReadSession
from shared.errors import N_, FieldError, Invalid
from shared.http.paging import Page, Rows
from shared.letters import EDGE, terms

MOST_SKILLS: Final = 50
_FACETS: Final = {"field": "field", "kind": "kind", "region": "region", "salary": "band", "skill": "skill"}
_SORTS: Final = ("salary", "-salary")
Rank = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for. Everything that is set has to hold; of several skills each."""

    text: str | None = None
    state: PositionState | None = PositionState.OPEN
    field: str | None = None
    kind: PositionKind | None = None
    region: str | None = None
    skills: Sequence[str] = ()
    salary_from: int | None = None
    company_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found(Rows[View]):
    """A page of what was found, with the counts over all pages."""

    ads: int = 0
    seats: int = 0
    facets: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def search_positions(session: ReadSession, page: Page, wish: Wish, *, by: Actor) -> Found:
    """The positions that the actor may see and the wish holds for, newest first; with words, those first that have them in
    their title. Raises Invalid for an unknown order, and BadCursor.
    """
    if page.sort is not None and page.sort not in _SORTS:
        raise Invalid(FieldError("sort", "not_a_choice", N_("Must be one of: {expected}."), {"expected": ", ".join(_SORTS)}))
    kept = sets_of(session)
    sets = kept.at(session)
    words = tuple(terms(wish.text or ""))
    found = _visible(sets, _companies(session, by), by) & _filtered(sets, wish)
    if wish.text is not None:
        found &= holding(session, kept, sets, words) if words else 0
    numbers, following = _page(sets, found, page, words)
    ids = [sets.postings[number].position_id for number in numbers]
    facets = {name: _counted(sets, found, part) for name, part in _FACETS.items()}
    ads, seats = found.bit_count(), sets.seats(found)
    total = ads if page.count else None
    return Found(views(session, ids), following, total, ads, seats, facets)


def open_positions(session: ReadSession, wish: Wish, *, first: int, most: int) -> tuple[list[UUID], int]:
    """Of the open positions for which the wish holds, in the same order, those from place `first` on; and how many there are."""
    kept = sets_of(session)
    sets = kept.at(session)
    words = tuple(terms(wish.text or ""))
    found = _filtered(sets, wish) & sets.any_of("state", [PositionState.OPEN])
    if wish.text is not None:
        found &= holding(session, kept, sets, words) if words else 0
    numbers = _titles_first(sets, found, None, words)[0] if words else (n for n in sets.titled(found, (), wanted=True))
    ids = [sets.postings[number].position_id for number in islice(numbers, first, first + most)]
    return ids, found.bit_count()


def load_positions(database: Database) -> None:
    """Make the sets before anybody searches: of tens of thousands of positions that takes seconds."""
    with database.read() as session:
        sets_of(session).at(session)


def _companies(session: ReadSession, by: Actor) -> Sequence[UUID] | None:
    if sees_all_positions(by) or not by.has(Role.EMPLOYER):
        return None
    return session.execute(select(col(Company.id)).where(companies_of(by))).scalars().all()


def _visible(sets: Sets, companies: Sequence[UUID] | None, by: Actor) -> Bits:
    if companies is not None:
        return sets.any_of("company_id", companies)
    return sets.every() if sees_all_positions(by) else sets.any_of("state", [PositionState.OPEN])


def _filtered(sets: Sets, wish: Wish) -> Bits:
    found = sets.every()
    wanted = {"state": wish.state, "field": wish.field, "kind": wish.kind, "company_id": wish.company_id}
    for part, value in wanted.items():
        if value is not None:
            found &= sets.any_of(part, [value])
    if wish.region is not None:
        beginnings = tuple(code[:5] for code in spellings(wish.region))
        found &= sets.any_of("region", [code for code in sets.having["region"] if code.startswith(beginnings)])
    if wish.salary_from is not None:
        enough = [amount for amount in sets.having["salary"] if amount is not None and amount >= wish.salary_from]
        found &= sets.any_of("salary", enough)
    for code in wish.skills:
        found &= sets.any_of("skill", [code])
    return found


def _page(sets: Sets, found: Bits, page: Page, words: Sequence[str]) -> tuple[list[int], str | None]:
    """The numbers on this page, and the cursor of the next one."""
    after = page.after(2)
    if page.sort is not None:
        numbers, rank = _by_salary(sets, found, after, downwards=page.sort.startswith("-"))
    elif words:
        numbers, rank = _titles_first(sets, found, after, words)
    else:
        left = found if after is None else found & ((1 << after[1]) - 1)
        numbers, rank = newest(left), _unranked
    taken = list(islice(numbers, page.limit + 1))
    shown = taken[: page.limit]
    more = len(taken) > page.limit
    return shown, page.cursor([rank(shown[-1]), shown[-1]]) if more else None


def _unranked(_number: int) -> int:
    return 0


def _titles_first(sets: Sets, found: Bits, after: Sequence[int] | None, words: Sequence[str]) -> tuple[Iterator[int], Rank]:
    plain = [word.strip(EDGE) for word in words]

    def rank(number: int) -> int:
        return 0 if all(word in sets.postings[number].title for word in plain) else 1

    def ordered() -> Iterator[int]:
        for wanted in (0, 1):
            if after is None or after[0] <= wanted:
                yield from sets.titled(_below(found, after, wanted), plain, wanted=wanted == 0)

    return ordered(), rank


def _by_salary(sets: Sets, found: Bits, after: Sequence[int] | None, *, downwards: bool) -> tuple[Iterator[int], Rank]:
    sign = -1 if downwards else 1
    paying: dict[int, Bits] = defaultdict(int)
    for amount, bits in sets.having["salary"].items():
        paying[sign * (amount or 0)] |= bits & found

    def ordered() -> Iterator[int]:
        for wanted in sorted(paying):
            if after is None or after[0] <= wanted:
                yield from newest(_below(paying[wanted], after, wanted))

    return ordered(), lambda number: sign * (sets.postings[number].salary or 0)


def _below(found: Bits, after: Sequence[int] | None, rank: int) -> Bits:
    """Of one rank, what comes after the last that was shown."""
    return found & ((1 << after[1]) - 1) if after is not None and after[0] == rank else found


def _counted(sets: Sets, found: Bits, part: str) -> list[dict[str, Any]]:
    counts = sets.counts(found, part, most=MOST_SKILLS if part == "skill" else None)
    return [{"value": value, "ads": ads, "seats": seats} for value, ads, seats in counts]
