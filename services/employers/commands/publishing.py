"""What follows from a change of a posting, in the same transaction: the search finds it so, and the public feed tells of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, false, func, text, update
from sqlmodel import col, select

from services.employers.domain.letter_codes import coded
from services.employers.domain.positions import PositionState
from services.employers.domain.searching import band, written, yearly
from services.employers.tables import Company, Position, rows_of
from services.employers.tables.search import JobChange, PositionDocument, PositionIndex, PositionLetters, PositionSkill
from shared import clock
from shared.db import Database, WriteSession
from shared.db.bulk import among, bulk_insert, bulk_upsert
from shared.ids import new_id
from shared.letters import grams, letters

_PENDING: Final = "positions_told"
_BATCH: Final = 500
_OUTDATED: Final = -1  # no posting's version
_LISTED: Final = ("position_id", "number", "listed", "field", "region", "first_listed_at", "changed_at")
# Taken last in a transaction and held until it commits: a number is never seen before a smaller one.
_NEXT: Final = text(
    "INSERT INTO job_head (id, number, epoch) VALUES (1, :count, :epoch) "
    "ON CONFLICT (id) DO UPDATE SET number = job_head.number + :count RETURNING number"
)


def position_told(session: WriteSession, position_id: UUID) -> None:
    """Something about a posting changed: bring everything that is made from it up to date before the commit."""
    pending = session.info.get(_PENDING)
    if pending is None:
        pending = session.info[_PENDING] = {}
        session.before_commit(_publish)
    pending[position_id] = None


def company_told(session: WriteSession, company_id: UUID) -> None:
    """What is public of a company may have changed, and of all its postings with it. Of very many, `catch_up` does the rest."""

    def follow(session: WriteSession) -> None:
        _changes(session, ())
        told = col(PositionIndex.company_said) == _company_says()
        statement = select(PositionIndex.position_id).join(Company, col(Company.id) == col(PositionIndex.company_id))
        left_behind = statement.where(Company.id == company_id, func.coalesce(told, false()).is_(False))
        _publish_these(session, list(session.exec(left_behind.order_by(col(PositionIndex.number).desc()).limit(_BATCH))))

    session.before_commit(follow)


def skill_told(session: WriteSession, code: str) -> None:
    """A skill is called otherwise, and found otherwise are the postings that ask for it. Of many, `catch_up` does the rest."""

    def follow(session: WriteSession) -> None:
        _changes(session, ())
        asking = col(PositionIndex.number).in_(select(PositionSkill.number).where(PositionSkill.skill == code))
        statement = select(PositionIndex.position_id).where(asking).order_by(col(PositionIndex.number).desc())
        session.execute(update(rows_of(PositionIndex)).where(asking).values(version=_OUTDATED))
        _publish_these(session, list(session.exec(statement.limit(_BATCH))))

    session.before_commit(follow)


def catch_up(database: Database) -> int:
    """Bring up to date what changed without saying so here, or before there was anything to bring up. Safe to repeat."""
    done = 0
    while True:
        with database.read() as session:
            behind = _behind(session)
        if not behind:
            return done
        database.run(lambda session, ids=behind: _publish_these(session, ids), idempotent=True)  # type: ignore[misc]
        done += len(behind)


def _behind(session: Any) -> Sequence[UUID]:
    own = (col(PositionIndex.position_id) == col(Position.id)) & (col(PositionIndex.version) == col(Position.version))
    companys = (col(PositionIndex.company_id) == col(Company.id)) & (col(PositionIndex.company_said) == _company_says())
    read = (col(PositionLetters.number) == col(PositionIndex.number)) & (col(PositionLetters.version) == col(Position.version))
    statement = select(Position.id).join(Company, col(Company.id) == col(Position.company_id))
    statement = statement.outerjoin(PositionIndex, own & companys).outerjoin(PositionLetters, read)
    statement = statement.where(col(PositionLetters.number).is_(None))
    return list(session.exec(statement.limit(_BATCH)))


def _said_of(company: Company) -> str:
    """What postings are found by, and the feed tells, of their company."""
    return "\n".join((company.name_ko, company.name_en, company.ksic or ""))


def _company_says() -> ColumnElement[str]:
    """The same, as the database puts it together."""
    return col(Company.name_ko) + "\n" + col(Company.name_en) + "\n" + func.coalesce(col(Company.ksic), "")


def _publish(session: WriteSession) -> None:
    _publish_these(session, list(session.info.pop(_PENDING, ())))


def _publish_these(session: WriteSession, position_ids: Sequence[UUID]) -> None:
    for start in range(0, len(position_ids), _BATCH):
        ids = position_ids[start : start + _BATCH]
        wanted = among(session, rows_of(Position).c.id, ids)
        changes = _changes(session, ids)
        # Read under the lock of the numbers, and anew: what others said of the company until now is part of it.
        statement = select(Position, Company).where(Company.id == Position.company_id, wanted).order_by(col(Position.id))
        found = session.exec(statement.execution_options(populate_existing=True))
        rows = [(position, company) for position, company in found]
        if rows:
            _index(session, rows, changes)
            _list(session, [position for position, _ in rows], changes)


def _changes(session: WriteSession, position_ids: Sequence[UUID]) -> dict[UUID, int]:
    """A number for the change of each posting, above all that were given before."""
    last = int(session.execute(_NEXT, {"count": len(position_ids), "epoch": str(new_id())}).scalar_one())
    return dict(zip(position_ids, range(last - len(position_ids) + 1, last + 1), strict=True))


def _index(session: WriteSession, rows: Sequence[tuple[Position, Company]], changes: Mapping[UUID, int]) -> None:
    entries = [
        {**_entry(position), "company_said": _said_of(company), "change": changes[position.id]} for position, company in rows
    ]
    numbers = _numbered(session, entries)
    for table in (rows_of(PositionDocument), rows_of(PositionLetters), rows_of(PositionSkill)):
        session.execute(delete(table).where(among(session, table.c.number, list(numbers.values()))))
    said = {position.id: coded(written(position.title, position.description, region=position.region)) for position, _ in rows}
    letters_of = [(numbers[position.id], position.version, said[position.id].encode()) for position, _ in rows]
    bulk_insert(session, rows_of(PositionLetters), ("number", "version", "letters"), letters_of)
    documents = [(numbers[position_id], *_indexed(session, each)) for position_id, each in said.items()]
    bulk_insert(session, rows_of(PositionDocument), ("number", "document", "grams"), documents)
    skills = [(numbers[position.id], code) for position, _ in rows for code in _skills(position)]
    bulk_insert(session, rows_of(PositionSkill), ("number", "skill"), skills)


def _indexed(session: WriteSession, said: str) -> tuple[str, str]:
    """What the engine's index takes: SQLite takes texts apart by itself."""
    return ("", " ".join(sorted(grams(said)))) if session.get_bind().dialect.name == "postgresql" else (said, "")


def _numbered(session: WriteSession, entries: Sequence[Mapping[str, Any]]) -> dict[UUID, int]:
    """Store the entries, and return the number of each posting: one that was indexed before keeps its own."""
    table = rows_of(PositionIndex)
    columns = tuple(entries[0])
    bulk_upsert(session, table, columns, [tuple(entry.values()) for entry in entries], key=("position_id",))
    ids = [entry["position_id"] for entry in entries]
    wanted = select(PositionIndex.position_id, PositionIndex.number).where(among(session, table.c.position_id, ids))
    return {position_id: number for position_id, number in session.exec(wanted) if number is not None}


def _entry(position: Position) -> dict[str, Any]:
    salary = yearly(
        lowest=position.salary_lowest, highest=position.salary_highest, per=position.salary_per, weekly=position.weekly_hours
    )
    return {
        "position_id": position.id, "version": position.version, "company_id": position.company_id, "state": position.state,
        "field": position.field, "kind": position.kind, "region": position.region[:5], "band": band(salary), "salary": salary,
        "seats": position.seats, "title": letters(position.title),
    }  # fmt: skip


def _skills(position: Position) -> list[str]:
    nice = [each["skill"] for each in position.nice_to_have or ()]
    return list(dict.fromkeys([*position.skills, *nice, *(position.licences or ())]))


def _list(session: WriteSession, positions: Sequence[Position], changes: Mapping[UUID, int]) -> None:
    """Note what the public feed has to tell: an open posting is listed, and one that was listed is remembered for ever."""
    table = rows_of(JobChange)
    wanted = among(session, table.c.position_id, [position.id for position in positions])
    statement = select(JobChange.position_id, JobChange.first_listed_at, JobChange.listed).where(wanted)
    known = {position_id: (first, listed) for position_id, first, listed in session.exec(statement)}
    now = clock.now()
    rows = [
        (position.id, changes[position.id], is_open, position.field, position.region, known.get(position.id, (now,))[0], now)
        for position in positions
        # Of one that is gone already there is nothing new to tell.
        if (is_open := position.state is PositionState.OPEN) or known.get(position.id, (now, False))[1]
    ]
    bulk_upsert(session, table, _LISTED, rows, key=("position_id",))
