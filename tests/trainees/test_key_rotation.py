"""Keys change while the service runs: old and new are read at once, and in the end the old one is needed no more."""

from typing import Any

import pytest
from sqlalchemy import select

from services.trainees.commands.keys import SEALED, keep_hash_key, seal_anew, sealed_with_older_keys
from services.trainees.domain.stages import Stage
from services.trainees.queries.persons import whole
from services.trainees.tables import Enrolment, Outcome, Person, PersonRecord, metadata
from shared.crypto import Keyring, Unreadable
from shared.db import Database
from tests.trainees.story import MANAGER, TODAY, Story, roster

OLD, NEW = b"the first secret of this installation", b"the second secret of this installation"
ROWS = [(f"2024{n:04}", f"가상인{n}", "1999-03-02", f"010-2222-{n:04}", "") for n in range(5)]


def under(database: Database, *secrets: bytes) -> Story:
    """The service as it starts with these secrets, the newest first."""
    keys = Keyring(*secrets)
    database.know(keyring=keys, cipher=keys.cipher("personal-data"), keyed_hash=keys.keyed_hash("personal-data"))
    keep_hash_key(database)
    return Story(database)


@pytest.fixture
def rotating(database: Database) -> Any:
    before = dict(database.info)
    yield database
    database.know(**before)


def names(story: Story) -> set[str]:
    with story.database.read() as session:
        return {whole(session, id_, actor=MANAGER).name for (id_,) in session.execute(select(PersonRecord.person_id))}  # type: ignore[call-overload]


@pytest.mark.unhurried
def test_old_and_new_keys_are_read_at_once_and_persons_are_found_all_the_time(rotating: Database) -> None:
    story = under(rotating, OLD)
    cohort = story.cohort()
    story.sync(cohort, roster(*ROWS[:3]))
    [first, *_] = story.rows(Enrolment)
    story.move(first["id"], Stage.WITHDRAWN, on=TODAY, note="비밀메모", reason="personal")
    story = under(rotating, NEW, OLD)
    assert story.sync(cohort, roster(*ROWS)).counts[Outcome.CREATED] == 2
    assert (story.count(Person), len(names(story))) == (5, 5)
    with rotating.read() as session:
        assert sealed_with_older_keys(session)["person_record"] == 3
    assert seal_anew(rotating) == 11  # three persons, numbers and roster entries, a note, and the key of the hashes
    assert seal_anew(rotating) == 0
    story = under(rotating, NEW)
    assert len(names(story)) == 5
    assert story.sync(cohort, roster(*ROWS)).counts[Outcome.UNCHANGED] == 5
    under(rotating, OLD, NEW)
    with pytest.raises(Unreadable):
        under(rotating, OLD)


def test_everything_that_is_sealed_is_sealed_anew() -> None:
    known = {(sealed.table.name, column) for sealed in SEALED for column in sealed.fields}
    kept_otherwise = {("erased_trace", "trace"), ("dead_letter", "key"), ("dead_letter", "value"), ("roster_outcome", "after")}
    # Hashes, not contents: under another key a row is not recognised, is read, and gets the fingerprint of the new one.
    hashes = {("roster_row", "fingerprint"), ("roster_entry", "fingerprint")}
    binary = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if "BLOB" in str(column.type).upper() and not column.name.endswith("_hash")
    }
    ours = {(table, column) for table, column in binary if not table.startswith(("idempotency", "inbox", "outbox"))}
    assert ours - known - kept_otherwise - hashes == set()
