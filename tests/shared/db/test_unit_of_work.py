"""The unit of work: commits whole or not at all, loses no update, and repeats what the database gave up."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError, StatementError

from shared.db import Database, ReadSession, WriteSession
from shared.ids import new_id
from tests.shared.db.conftest import counter, moment


def add(session: WriteSession, name: str, value: int = 0) -> None:
    session.execute(insert(counter).values(name=name, value=value))


def _add_and_raise(session: WriteSession) -> None:
    add(session, "lost")
    raise LookupError


def value(database: Database, name: str) -> int | None:
    with database.read() as session:
        found: int | None = session.execute(select(counter.c.value).where(counter.c.name == name)).scalar()
        return found


def test_a_block_that_ends_is_stored_and_one_that_raises_is_not(database: Database) -> None:
    with database.write() as session:
        add(session, "kept")
    with pytest.raises(LookupError):
        database.run(_add_and_raise)
    assert value(database, "kept") == 0
    assert value(database, "lost") is None


@pytest.mark.unhurried
def test_no_update_is_lost_under_eight_writers(database: Database) -> None:
    with database.write() as session:
        add(session, "n")

    def increment(_: int) -> None:
        def unit(session: WriteSession) -> None:
            row = session.execute(select(counter.c.value).where(counter.c.name == "n").with_for_update()).scalar_one()
            session.execute(update(counter).where(counter.c.name == "n").values(value=row + 1))

        database.run(unit)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(increment, range(200)))
    assert value(database, "n") == 200


def test_only_the_unit_of_work_commits(database: Database) -> None:
    with database.write() as session, pytest.raises(RuntimeError, match="only the unit of work"):
        session.commit()
    with database.read() as session, pytest.raises(RuntimeError, match="only the unit of work"):
        session.commit()


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as session:
        session.execute(insert(counter).values(name="x", value=1))
    assert value(database, "x") is None


def test_what_is_registered_before_commit_runs_last_and_inside(database: Database) -> None:
    with database.write() as session:
        session.before_commit(lambda late: add(late, "late"))
        assert session.execute(select(func.count()).select_from(counter)).scalar() == 0
    assert value(database, "late") == 0

    with pytest.raises(LookupError):
        database.run(lambda session: session.before_commit(_add_and_raise))
    assert value(database, "lost") is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_itself(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError, match="waits for itself"), database.write():
        pass


def test_two_transactions_that_deadlock_both_end_well(database: Database) -> None:
    with database.write() as session:
        add(session, "a")
        add(session, "b")
    meeting = threading.Barrier(2)

    def crossing(first: str, second: str) -> Callable[[WriteSession], None]:
        tries = [0]

        def unit(session: WriteSession) -> None:
            tries[0] += 1
            session.execute(update(counter).where(counter.c.name == first).values(value=counter.c.value + 1))
            if tries[0] == 1 and database.engine_name == "postgresql":
                meeting.wait(10)
            session.execute(update(counter).where(counter.c.name == second).values(value=counter.c.value + 1))

        return unit

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(database.run, [crossing("a", "b"), crossing("b", "a")]))
    assert (value(database, "a"), value(database, "b")) == (2, 2)


def test_a_claim_is_had_by_one_at_a_time_and_is_free_again_after_the_transaction(database: Database) -> None:
    with database.write() as session, database.claim(session, "night") as mine:
        assert mine
        taken = []
        other = threading.Thread(target=lambda: taken.append(_claims(database)))
        if database.engine_name == "postgresql":
            other.start()
            other.join(10)
            assert taken == [False]
        else:
            with database.claim_in_process("night") as free:
                assert not free
    assert _claims(database)


def _claims(database: Database) -> bool:
    with database.write() as session, database.claim(session, "night") as free:
        return free


def test_instants_come_back_aware_in_utc_and_naive_ones_are_refused(database: Database) -> None:
    at = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)
    with database.write() as session:
        session.execute(insert(moment).values(id=new_id(), at=at))
    with database.read() as session:
        assert session.execute(select(moment.c.at)).scalar_one() == at
    with pytest.raises(StatementError, match="must be aware"), database.write() as session:
        session.execute(insert(moment).values(id=new_id(), at=at.replace(tzinfo=None)))


def test_a_reader_sees_what_was_committed_while_a_writer_is_busy(database: Database) -> None:
    with database.write() as session:
        add(session, "before", 1)
    with database.write() as session:
        add(session, "during")
        assert value(database, "before") == 1
        assert value(database, "during") is None


def test_no_value_reaches_the_text_of_a_database_error(database: Database) -> None:
    with database.write() as session:
        add(session, "secret-canary")
    with pytest.raises(DBAPIError) as caught, database.write() as session:
        session.execute(insert(counter).values(name="secret-canary", value=77_123))
    assert "77123" not in str(caught.value)


def test_a_session_carries_what_its_database_was_given(database_url: str) -> None:
    database = Database(database_url, service="test", info={"cipher": "c"})
    with database.read() as reading, database.write() as writing:
        assert (reading.info["cipher"], writing.info["cipher"]) == ("c", "c")
    database.close()


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.engines("postgres"))], indirect=True)
def test_the_lost_connection_is_replaced_without_the_caller_noticing(database: Database) -> None:
    with database.write() as session:
        add(session, "n")
    tries = []

    def unit(session: ReadSession) -> None:
        tries.append(1)
        if len(tries) == 1:
            session.connection().exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        session.execute(update(counter).where(counter.c.name == "n").values(value=5))

    database.run(unit)
    assert (value(database, "n"), len(tries)) == (5, 2)
