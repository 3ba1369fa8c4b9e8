"""The market in memory: what changed is put in its place, whoever changed it, and the rest is as if it were read anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from sqlalchemy import delete, text
from sqlmodel import col

from services.matching.commands.journal import keep_journal
from services.matching.commands.profiles import declare_preferences, declare_skills, park
from services.matching.domain.market.encoding import encode
from services.matching.domain.market.pool import Pool
from services.matching.domain.market.sides import CandidateSide, OpeningSide
from services.matching.domain.openings import OpeningState
from services.matching.domain.profiles import Speaker
from services.matching.domain.skills import SkillSource
from services.matching.queries.pool import KeptPool, forget_lines
from services.matching.queries.sides import candidate_sides, opening_side, openings
from services.matching.tables import MarketChange, Opening
from shared.contracts.employers import PositionClosed, PositionPaused, SeatReserved
from shared.contracts.trainees import (
    CohortChanged,
    EnrolmentDropped,
    LeaveStarted,
    PersonsMerged,
    ProgramOutcomesSet,
    UniversityRegistered,
)
from shared.ids import new_id
from tests.matching.cities import TODAY as CITY_DAY
from tests.matching.cities import city
from tests.matching.market import MANAGER, TODAY, Market, S, day


def same(pool: Pool, candidates: list[CandidateSide], found: list[OpeningSide], on: date) -> bool:
    """Whether a pool is what encoding these two sides gives."""
    candidates = sorted(candidates, key=lambda each: (each.person_id, each.enrolment_id))
    found = sorted(found, key=lambda each: each.position_id)
    anew = encode(candidates, found, on=on, words=pool.words)
    ids = [(each.person_id.int, each.enrolment_id.int) for each in candidates]
    columns = all(np.array_equal(getattr(anew, name), getattr(pool.market, name)) for name in anew._fields)
    return columns and (list(pool.trainees), list(pool.positions)) == (ids, [each.position_id.int for each in found])


def test_rows_that_change_come_and_go_are_put_in_their_place() -> None:
    candidates, found = city(120, 160, seed=5)
    pool = Pool.of(candidates[:80], found[:100], on=CITY_DAY)
    assert same(pool, candidates[:80], found[:100], CITY_DAY)
    moved = [replace(each, held=not each.held, skills={"new_skill": 3}, regions=("28",)) for each in candidates[10:15]]
    pool = pool.with_trainees([each.person_id for each in candidates[10:30]], moved + candidates[80:])
    now = candidates[:10] + moved + candidates[30:]
    assert same(pool, now, found[:100], CITY_DAY)
    elsewhere = [replace(each, region="28110", field="space", free_seats=9) for each in found[:3]]
    pool = pool.with_positions([each.position_id for each in found[:20]], elsewhere + found[100:])
    assert same(pool, now, elsewhere + found[20:], CITY_DAY)
    pool = pool.with_trainees([each.person_id for each in now], ())
    assert same(pool, [], elsewhere + found[20:], CITY_DAY)


@pytest.mark.unhurried
def test_every_change_is_noticed_and_nothing_else_is_read(market: Market) -> None:
    university, kept = market.university(region="27"), KeptPool()
    cohort, program = market.cohort(training_ends_on=day(10), ends_on=day(40)), new_id()
    one = market.trainee(university_id=university, cohort_id=cohort, program_id=program)
    other, third = market.completer(university_id=university), market.completer(university_id=university)
    first, second = market.opening(seats=2, skills=["C++"]), market.opening(region="47", seats=1)

    def now() -> Pool:
        with market.database.read() as session:
            pool = kept.at(session, on=TODAY)
            found = session.execute(openings().where(col(Opening.state) != OpeningState.CLOSED))
            assert same(pool, candidate_sides(session, on=TODAY), [opening_side(row) for row in found], TODAY)
        return pool

    def registered() -> None:
        named = {"university_id": university, "code": "knu", "name_ko": "가상대", "name_en": "Fictitious", "region": "47"}
        market.news(UniversityRegistered(**named))

    def cohort_changed() -> None:
        days = {
            f"{name}_on": day(ago) for name, ago in (("applications_open", -90), ("applications_close", -80), ("starts", -70))
        }
        market.news(
            CohortChanged(
                cohort_id=cohort, program_id=program, university_id=university, code="c", field="robot", ordinal=1, capacity=3,
                applicants=None, training_ends_on=day(20), ends_on=day(60), **days,
            )
        )  # fmt: skip

    known = {"university_id": university, "effective_on": TODAY}
    merged = {"survivor_id": other.person_id, "effective_on": TODAY}
    changes: list[Callable[[], object]] = [
        registered,
        cohort_changed,
        lambda: market.news(ProgramOutcomesSet(**known, program_id=program, skills={"C++": 3})),
        lambda: market.do(
            declare_skills, one.person_id, skills={"ROS2": 2}, source=SkillSource.UNIVERSITY, by=MANAGER
        ),
        lambda: market.do(declare_preferences, other.person_id, regions=("47",), said_by=Speaker.PROGRAM, by=MANAGER),
        lambda: market.do(park, other.person_id, reason="military_service", until=day(9), by=MANAGER),
        lambda: market.move(market.propose(other, first), S.OFFERED),
        lambda: market.news(first.seat_news(SeatReserved, max(first.seats), placement_id=new_id())),
        lambda: market.news(one.news(LeaveStarted)),
        lambda: market.news(PersonsMerged(person_id=third.person_id, **merged)),
        lambda: market.news(second.news(PositionPaused)),
        lambda: market.news(second.news(PositionClosed, reason="filled")),
        lambda: market.opening(region="11110", field="bio"),
        lambda: market.news(one.news(EnrolmentDropped)),
    ]  # fmt: skip
    before = now()
    for number, change in enumerate(changes):
        change()
        after = now()
        assert after is not before, number
        before = after
    assert now().market is before.market


def test_who_was_parked_is_back_when_the_day_has_come(small_market: Market) -> None:
    somebody, kept = small_market.completer(), KeptPool()
    small_market.do(park, somebody.person_id, reason="military_service", until=TODAY, by=MANAGER)
    with small_market.database.read() as session:
        parked = [int(kept.at(session, on=on).market.column("t_parked")[0]) for on in (TODAY, day(1))]
    assert parked == [1, 0]


def test_whose_lines_are_gone_reads_everything(small_market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    small_market.completer()
    kept = KeptPool()
    with small_market.database.read() as session:
        assert kept.at(session, on=TODAY).market.trainees == 1
    for _ in range(3):
        small_market.completer()
    monkeypatch.setattr("services.matching.queries.pool.KEPT", 1)
    assert forget_lines(small_market.database) > 0
    with small_market.database.read() as session:
        assert kept.at(session, on=TODAY).market.trainees == 4
    with small_market.database.write() as session:
        session.execute(delete(MarketChange))
    with small_market.database.read() as session:
        assert kept.at(session, on=TODAY).market.trainees == 4


def test_triggers_that_a_migration_dropped_are_made_again_and_all_is_read_anew(small_market: Market) -> None:
    database, kept = small_market.database, KeptPool()
    somebody = small_market.completer()

    def now() -> Pool:
        with database.read() as session:
            return kept.at(session, on=TODAY)

    def triggers() -> dict[str, str]:
        with database.read() as session:
            found = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
            return {name: " ".join(sql.split()) for name, sql in found}

    before = triggers()
    assert (keep_journal(database), len(before)) == (0, 44)
    assert len(now().trainees) == 1
    with database.write() as session:
        for name in before:
            session.execute(text(f"DROP TRIGGER {name}"))
    small_market.do(park, somebody.person_id, until=day(30), reason="military_service", by=MANAGER)
    assert now().market.column("t_parked").tolist() == [0], "nobody told that"
    assert keep_journal(database) == 44
    assert triggers() == before
    assert now().market.column("t_parked").tolist() == [1]
    assert keep_journal(database) == 0
