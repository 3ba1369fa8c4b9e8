"""Search over positions: words in any spacing, filters, and how many postings and seats each further filter would leave."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, Text, case, column, func, literal, select, table, text, true
from sqlmodel import col

from services.employers.domain.codes.regions import spellings
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.queries.positions import View, views
from services.employers.queries.visibility import companies_of, sees_all_positions
from services.employers.tables import Company
from services.employers.tables.search import PositionDocument, PositionIndex, PositionSkill
from shared.auth.actor import Actor, Role
from shared.db import ReadSession
from shared.http.paging import Page, Rows
from shared.letters import grams, terms

FACETS: Final = ("field", "kind", "region", "salary")
MOST_SKILLS: Final = 50


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
    their title."""
    words = terms(wish.text or "")
    conditions = [_visible(by), *_filters(session, wish, words)]
    wanted = select(col(PositionIndex.position_id)).where(*conditions)
    if words:
        order = [_not_in_title(words), -col(PositionIndex.number)]
        rows = page.fetch(session, wanted, key=order, sorts={"salary": func.coalesce(col(PositionIndex.salary), 0)})
    else:
        sorts = {"salary": func.coalesce(col(PositionIndex.salary), 0)}
        rows = page.fetch(session, wanted, key=[PositionIndex.number], sorts=sorts, descending=True)
    ads, seats, facets = _counted(session, conditions)
    skills = _skills(session, wish, conditions, by=by)
    return Found(views(session, rows.items), rows.next, rows.total, ads, seats, {**facets, "skill": skills})


def _visible(actor: Actor) -> ColumnElement[bool]:
    if sees_all_positions(actor):
        return true()
    if actor.has(Role.EMPLOYER):
        return col(PositionIndex.company_id).in_(select(col(Company.id)).where(companies_of(actor)))
    return col(PositionIndex.state) == PositionState.OPEN


def _filters(session: ReadSession, wish: Wish, words: Sequence[str]) -> list[ColumnElement[bool]]:
    columns = {
        PositionIndex.state: wish.state, PositionIndex.field: wish.field, PositionIndex.kind: wish.kind,
        PositionIndex.company_id: wish.company_id,
    }  # fmt: skip
    found = [col(each) == value for each, value in columns.items() if value is not None]
    if wish.region is not None:
        codes = [code[:5] for code in spellings(wish.region)]
        found.append(_any_of([col(PositionIndex.region).startswith(code, autoescape=True) for code in codes]))
    if wish.salary_from is not None:
        found.append(col(PositionIndex.salary) >= wish.salary_from)
    asking = [select(col(PositionSkill.number)).where(col(PositionSkill.skill) == code) for code in wish.skills]
    found += [col(PositionIndex.number).in_(numbers) for numbers in asking]
    if wish.text is not None:
        found.append(col(PositionIndex.number).in_(_holding(session, words)))
    return found


def _any_of(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    found = conditions[0]
    for condition in conditions[1:]:
        found = found | condition
    return found


def _holding(session: ReadSession, words: Sequence[str]) -> Select[Any]:
    """The numbers of the postings whose letters hold every one of `words`. None for no words: nothing was asked that is found."""
    if not words:
        return select(col(PositionDocument.number)).where(text("1 = 0"))
    if session.get_bind().dialect.name == "postgresql":
        wanted = sorted(set().union(*(grams(word) for word in words)))
        kept = func.string_to_array(col(PositionDocument.grams), " ").op("@>")(literal(wanted, ARRAY(Text)))
        exact = [func.strpos(col(PositionDocument.document), word) > 0 for word in words]
        return select(col(PositionDocument.number)).where(kept, *exact)
    index = table("position_text", column("rowid", BigInteger))
    match = " AND ".join(f'"{word}"' for word in words)  # letters hold no quotation marks
    return select(index.c.rowid).where(text("position_text MATCH :match").bindparams(match=match))


def _not_in_title(words: Sequence[str]) -> ColumnElement[int]:
    inside = [col(PositionIndex.title).contains(word.strip("|"), autoescape=True) for word in words]
    together = inside[0]
    for condition in inside[1:]:
        together = together & condition
    return case((together, 0), else_=1)


def _counted(session: ReadSession, conditions: Sequence[ColumnElement[bool]]) -> tuple[int, int, dict[str, list[dict[str, Any]]]]:
    """One pass over what was found: every combination once, added up by each of its parts."""
    parts = (col(PositionIndex.field), col(PositionIndex.kind), col(PositionIndex.region), col(PositionIndex.band))
    statement = select(*parts, func.count(), func.sum(col(PositionIndex.seats))).where(*conditions).group_by(*parts)
    ads: dict[str, Counter[Any]] = {name: Counter() for name in FACETS}
    seats: dict[str, Counter[Any]] = {name: Counter() for name in FACETS}
    all_ads = all_seats = 0
    for *values, count, taken in session.execute(statement):
        all_ads, all_seats = all_ads + count, all_seats + int(taken)
        for name, value in zip(FACETS, values, strict=True):
            ads[name][value] += count
            seats[name][value] += int(taken)
    facets = {
        name: [{"value": value, "ads": count, "seats": seats[name][value]} for value, count in ads[name].most_common()]
        for name in FACETS
    }
    return all_ads, all_seats, facets


def _skills(session: ReadSession, wish: Wish, conditions: Sequence[ColumnElement[bool]], *, by: Actor) -> list[dict[str, Any]]:
    skill, seats = col(PositionSkill.skill), func.sum(col(PositionSkill.seats))
    statement = select(skill, func.count(), seats).group_by(skill)
    if _only_state(wish, by=by):
        # Everything that is open, for example: an index alone answers that.
        statement = statement.where(col(PositionSkill.state) == wish.state)
    else:
        within = select(col(PositionIndex.number)).where(*conditions)
        statement = statement.where(col(PositionSkill.number).in_(within))
    rows = session.execute(statement.order_by(func.count().desc(), skill).limit(MOST_SKILLS))
    return [{"value": code, "ads": count, "seats": int(taken)} for code, count, taken in rows]


def _only_state(wish: Wish, *, by: Actor) -> bool:
    free = wish == Wish(state=wish.state) and wish.state is not None
    return free and (sees_all_positions(by) or (not by.has(Role.EMPLOYER) and wish.state is PositionState.OPEN))
