"""Personal data stays sealed in two tables, is shown masked, and is seen whole only with a trace."""

from typing import Any

import pytest
from sqlalchemy import select

from services.trainees.commands.access import read_person
from services.trainees.domain.stages import Stage
from services.trainees.queries.persons import masked, persons
from services.trainees.tables import AccessEntry, Enrolment, PersonRecord, metadata
from shared.auth.actor import Actor, Role
from shared.crypto import Keyring, Unreadable
from shared.db import Database
from shared.errors import NotFound
from tests.trainees.story import MANAGER, TODAY, Story, roster, university_actor

CANARIES = (
    "김카나리아",
    "카나리",
    "1987-06-05",
    "870605",
    "19870605",
    "76543210",
    "7654-3210",
    "canary@",
    "S-CANARY",
    "비밀메모",
)
ROW = ("S-CANARY-1", "김카나리아", "1987-06-05", "010-7654-3210", "canary@example.kr")


def everything_stored(database: Database) -> dict[str, str]:
    """Every value of every table as text, by table."""
    with database.read() as session:
        return {table.name: " ".join(map(_text, session.execute(select(table)))) for table in metadata.sorted_tables}


def _text(row: Any) -> str:
    return " ".join(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in row)


def canary_university(story: Story) -> Any:
    cohort = story.cohort()
    story.sync(cohort, roster(ROW, ("S-CANARY-2", "김카나리아?", "1987-06-05", "1", "canary@"), ROW))
    [enrolment] = story.rows(Enrolment)
    story.move(enrolment["id"], Stage.WITHDRAWN, on=TODAY, note="비밀메모", reason="personal")
    return enrolment["person_id"]


def test_no_table_and_no_event_holds_personal_data_in_clear(story: Story) -> None:
    canary_university(story)
    found = everything_stored(story.database)
    assert found["person_record"]
    assert {(table, canary) for table, text in found.items() for canary in CANARIES if canary in text} == set()


def test_another_key_opens_nothing(story: Story) -> None:
    canary_university(story)
    keys = Keyring(b"another secret for tests of 32 bytes and more")
    with story.database.read() as session:
        session.info["cipher"] = keys.cipher("personal-data")
        [record] = session.scalars(persons(actor=MANAGER))
        with pytest.raises(Unreadable):
            masked(session, record)


def test_a_sealed_field_cannot_be_put_into_another_person_or_field(story: Story) -> None:
    cohort = story.cohort()
    story.sync(cohort, roster(ROW, ("S-2", "이바다", "1990-01-01", "010-2222-3333", "")))
    with story.database.read() as session:
        one, other = session.scalars(persons(actor=MANAGER)).all()
        session.expunge_all()
        other.name = one.name
        with pytest.raises(Unreadable):
            masked(session, other)
        one.name = one.phone
        with pytest.raises(Unreadable):
            masked(session, one)


def test_the_access_is_on_record_with_who_when_whose_where_from_and_what_for(story: Story) -> None:
    person_id = canary_university(story)
    manager = Actor("kim-manager", frozenset({Role.PROGRAM_MANAGER}))
    whole = story.do(read_person, person_id, by=manager, origin="192.0.2.7", purpose="상담")
    assert whole.name == "김카나리아"
    story.do(read_person, person_id, by=university_actor("knu"))
    first, second = story.rows(AccessEntry)
    assert {name: first[name] for name in ("actor", "organisation", "origin", "action", "person_id", "purpose")} == {
        "actor": "kim-manager", "organisation": None, "origin": "192.0.2.7", "action": "person.read",
        "person_id": person_id, "purpose": "상담",
    }  # fmt: skip
    assert first["recorded_at"] <= second["recorded_at"]
    assert (second["actor"], second["organisation"]) == ("university-knu", "knu")


def test_what_one_may_not_see_leaves_no_data_and_no_trace(story: Story) -> None:
    person_id = canary_university(story)
    with pytest.raises(NotFound):
        story.do(read_person, person_id, by=university_actor("ynu"))
    assert story.count(AccessEntry) == 0


def test_without_a_trace_there_is_no_answer(story: Story) -> None:
    person_id = canary_university(story)

    def read(session: Any) -> str:
        session.connection().exec_driver_sql("DROP TABLE access_log")
        name = read_person(session, person_id, by=MANAGER).name
        session.flush()
        return name

    with pytest.raises(Exception, match="access_log"):
        story.database.run(read)


def test_a_university_sees_masked_only_those_who_train_there(story: Story) -> None:
    here = story.cohort(story.program(story.university("knu").id).id)
    there = story.cohort(story.program(story.university("ynu").id).id)
    story.sync(here, roster(ROW))
    story.sync(there, roster(("77", "이바다", "1990-01-01", "053-123-4567", "")))
    with story.database.read() as session:
        rows = [masked(session, record) for record in session.scalars(persons(actor=university_actor("knu")))]
        everybody = session.scalars(select(PersonRecord)).all()
    [row] = rows
    assert (row.name, row.birth_year, row.phone, row.email) == ("김***아", 1987, "010-****-3210", "ca***@example.kr")
    assert len(everybody) == 2
