"""What a batch may have changed: the things it was about, and everything that hangs together with them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, Select, String, Uuid, any_, bindparam, func, literal, or_, select

from services.reporting.tables import FACT, IDENTITY, LINK
from shared.db import ReadSession

# The ids by which one thing can change what another one counts as; by the others things only stand together.
BINDING: Final = ("person_id", "enrolment_id", "placement_id", "seat_id", "position_id", "grew_from_seat_id", "converted_from_id")
LINKED: Final = (*BINDING, "cohort_id", "company_id")
_BEYOND: Final = ("person", "cohort", "company", "program", "university")
_ROUNDS: Final = 2

Link = tuple[UUID, str, UUID]


@dataclass(slots=True)
class Affected:
    """The aggregates whose facts must be looked at, by kind, and the links that these facts tell of."""

    aggregates: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    links: set[Link] = field(default_factory=set)

    @property
    def ids(self) -> list[UUID]:
        return sorted({id_ for ids in self.aggregates.values() for id_ in ids})


def affected(session: ReadSession, generation: int, about: Mapping[str, set[UUID]]) -> Affected:
    """Everything that `about` may change the count of: whoever shares a person, a seat or a position, and once more theirs.

    A thing that is looked at without need costs time and nothing else: it counts the same before and after.
    """
    found = Affected()
    for kind, named in about.items():
        if kind not in _BEYOND:
            found.aggregates[kind] |= named
    found.links = _told(session, generation, found, LINKED)
    ids = {id_ for kind in ("person", "cohort", "company") for id_ in about.get(kind, ())}
    for _ in range(_ROUNDS):
        ids |= {id_ for id_, _, _ in _told(session, generation, found, BINDING)}
        for aggregate, aggregate_id in _linked(session, generation, with_identities(session, generation, ids)):
            found.aggregates[aggregate].add(aggregate_id)
    return found


def bound(session: ReadSession, generation: int, found: Affected, *, by: str) -> list[UUID]:
    """These and whatever else stands with the same in the column `by`: what counts as one is looked at as a whole."""
    ids = {id_ for id_, _, _ in _told(session, generation, found, (by,))}
    return sorted({*found.ids, *(id_ for _, id_ in _linked(session, generation, ids))})


def _told(session: ReadSession, generation: int, found: Affected, names: Iterable[str]) -> set[Link]:
    links: set[Link] = set()
    for aggregate, ids in found.aggregates.items():
        statement = select(FACT.c.aggregate_id, *[FACT.c[name] for name in names]).distinct()
        statement = statement.where(FACT.c.generation == generation, FACT.c.aggregate == aggregate)
        for own, *others in session.execute(statement.where(one_of(session, ids)(FACT.c.aggregate_id))):
            links |= {(id_, aggregate, own) for id_ in others if id_ is not None}
    return links


def _linked(session: ReadSession, generation: int, ids: set[UUID]) -> list[tuple[str, UUID]]:
    statement = select(LINK.c.aggregate, LINK.c.aggregate_id).where(LINK.c.generation == generation)
    return [(kind, id_) for kind, id_ in session.execute(statement.where(one_of(session, ids)(LINK.c.id)))]


def with_identities(session: ReadSession, generation: int, ids: set[UUID]) -> set[UUID]:
    """Whoever was ever taken for the same, however often."""
    found, fresh = set(ids), set(ids)
    rows = IDENTITY.c
    while fresh:
        among = one_of(session, fresh)
        same = select(rows.id, rows.counts_as).where(rows.generation == generation, or_(among(rows.id), among(rows.counts_as)))
        fresh = {id_ for id_, counts_as in session.execute(same) for id_ in (id_, counts_as)} - found
        found |= fresh
    return found


def one_of(session: ReadSession, ids: Iterable[UUID]) -> Callable[[Column[Any]], ColumnElement[bool]]:
    """A condition on a column of ids that takes any number of them as one parameter."""
    listed = sorted(ids)
    if session.get_bind().dialect.name == "postgresql":
        return lambda column: column == any_(literal(listed, ARRAY(Uuid())))
    return lambda column: column.in_(_each_of(literal(ids_in_json(listed), String)))


def given_things(engine: str) -> Callable[[Column[Any]], ColumnElement[bool]]:
    """The same for a statement that is made once: the ids are its parameter `things`, in JSON unless on PostgreSQL."""
    if engine == "postgresql":
        return lambda column: column == any_(bindparam("things", type_=ARRAY(Uuid())))
    return lambda column: column.in_(_each_of(bindparam("things", type_=String)))


def ids_in_json(ids: Iterable[UUID]) -> str:
    """As SQLite stores them: 32 digits."""
    return "[" + ",".join(f'"{id_.hex}"' for id_ in ids) + "]"


def _each_of(listed: ColumnElement[str]) -> Select[Any]:
    return select(func.json_each(listed).table_valued("value").c.value)
