"""One changed trainee, and what is recommended to them then: from the database to the reasons, beside scoring the pairs alone."""

from collections.abc import Iterator
from itertools import count
from time import perf_counter
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy import select, update
from sqlmodel import SQLModel, col

from services.matching.app import service
from services.matching.domain.market import engine as engines_of_matching
from services.matching.domain.market.sides import CandidateSide, OpeningSide
from services.matching.domain.market.weights import View, known_weights
from services.matching.domain.openings import SeatState
from services.matching.domain.skills import SkillSource
from services.matching.queries.pool import pool_now
from services.matching.queries.recommendations import for_trainee
from services.matching.tables import Candidate, CandidateProfile, CandidateSkill, Opening, Seat
from shared import clock
from shared.db import Database, WriteSession
from shared.db.bulk import bulk_insert
from shared.db.migrations import migrate
from shared.ids import new_id
from tests.benchmarks.engines import Engines
from tests.benchmarks.frame import Contest, Unit, benchmarks
from tests.matching.cities import TODAY, city

SHOWN: Final = 20


@benchmarks.add(
    "recommendation",
    what="one of the trainees changes, and their 20 best positions are asked for with the reasons; 5 positions for 3 trainees",
    floor="the compiled loops over that trainee's pairs, the rows of the trainee and of the 20 best read by key, no reasons",
    engine="SQLite, compiled",
    unit=Unit.SECONDS,
    sizes=(3_000, 10_000, 30_000),
    quick_sizes=(3_000,),
    goal=5.0,
)
def changed_trainee(engines: Engines) -> Iterator[Contest]:
    engines_of_matching.keep_in(engines.scratch())
    engine = engines_of_matching.warm()
    worlds: dict[int, tuple[Database, list[CandidateSide]]] = {}
    turns, seen = count(), dict[str, str]()

    def ours(size: int) -> float:
        if size not in worlds:
            worlds[size] = world_of(engines, size)
        database, candidates = worlds[size]
        turn = next(turns)
        person_id = candidates[turn % size].person_id
        with database.write() as session:
            wish = update(CandidateProfile).where(col(CandidateProfile.id) == person_id)
            session.execute(wish.values(salary_wish=30_000_000 + turn))
        started = perf_counter()
        with database.read() as session:
            for_trainee(session, person_id, on=TODAY, limit=SHOWN)
        spent = perf_counter() - started
        seen[f"of {size * 5 // 3:,}"] = f"{1000 * spent:.0f} ms"
        return spent

    def floor(size: int) -> float:
        database, candidates = worlds[size]
        person_id = candidates[next(turns) % size].person_id
        with database.read() as session:
            pool = pool_now(session, on=TODAY)
            market, row = pool.market, pool.rows_of(person_id)[0]
            pairs, columns = np.full(market.positions, row, np.int32), np.arange(market.positions, dtype=np.int32)
            points, masks = np.zeros(len(columns), np.int32), np.zeros(len(columns), np.int32)
            weights = known_weights().column(View.TRAINEE)
            started = perf_counter()
            session.execute(
                select(col(Candidate.enrolment_id), col(Candidate.field)).where(col(Candidate.person_id) == person_id)
            )
            session.execute(select(col(CandidateProfile.fields)).where(col(CandidateProfile.id) == person_id)).all()
            session.execute(select(col(CandidateSkill.skill)).where(col(CandidateSkill.person_id) == person_id)).all()
            engine.score_pairs(market, weights, pairs, columns, 0, len(columns), points)
            engine.rules_broken(market, pairs, columns, 0, len(columns), masks)
            best = [UUID(int=pool.positions[place]) for place in np.argpartition(points, -SHOWN)[-SHOWN:].tolist()]
            session.execute(select(*Opening.__table__.columns).where(col(Opening.position_id).in_(best))).all()  # type: ignore[attr-defined]
            return perf_counter() - started

    yield Contest(ours, floor, lambda: seen)
    for database, _ in worlds.values():
        database.close()


def world_of(engines: Engines, size: int) -> tuple[Database, list[CandidateSide]]:
    """A database of that many trainees, read once."""
    database = Database(f"sqlite:///{engines.scratch() / 'matching.db'}", service=service.name)
    migrate(database, service.migrations)
    candidates, openings = city(size, size * 5 // 3)
    with database.write() as session:
        _fill(session, candidates, openings)
    with database.read() as session:
        pool_now(session, on=TODAY)
    return database, candidates


def _fill(session: WriteSession, candidates: list[CandidateSide], openings: list[OpeningSide]) -> None:
    now = clock.now()
    _insert(session, Candidate, [
        {"enrolment_id": each.enrolment_id, "person_id": each.person_id, "cohort_id": each.cohort_id, "field": each.field,
         "program_id": each.program_id, "university_id": each.university_id, "stage": each.stage,
         "available_from": each.available_from} for each in candidates
    ])  # fmt: skip
    _insert(session, CandidateProfile, [
        {"id": each.person_id, "version": 0, "created_at": now, "fields": list(each.fields), "regions": list(each.regions),
         "kinds": list(each.kinds), "salary_wish": each.salary_wish, "automated": not each.refuses} for each in candidates
    ])  # fmt: skip
    _insert(session, CandidateSkill, [
        {"person_id": each.person_id, "skill": skill, "source": SkillSource.UNIVERSITY, "level": level, "declared_on": TODAY}
        for each in candidates for skill, level in (each.skills or {}).items()
    ])  # fmt: skip
    _insert(session, Opening, [
        {"position_id": each.position_id, "company_id": each.company_id, "title": each.title, "field": each.field,
         "kind": each.kind, "region": each.region, "skills": [], "pay": each.pay, "seats": 1, "opens_on": each.opens_on,
         "demands": [[demand.skill, demand.level, demand.must] for demand in each.demands], "closes_on": each.closes_on,
         "state": each.state} for each in openings
    ])  # fmt: skip
    _insert(session, Seat, [
        {"seat_id": new_id(), "position_id": each.position_id, "origin": "new", "state": SeatState.OPEN}
        for each in openings for _ in range(each.free_seats)
    ])  # fmt: skip


def _insert(session: WriteSession, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    bulk_insert(session, table.__table__, names, ([row[name] for name in names] for row in rows))  # type: ignore[attr-defined]
