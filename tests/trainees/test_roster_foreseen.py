"""On SQLite a roster is compared and sealed before the only writer is held: right only as long as nothing has changed since."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from services.trainees.app import service
from services.trainees.commands.roster.deciding import commit_sync
from services.trainees.commands.roster.finishing import bring_in
from services.trainees.commands.roster.foreseeing import Foreseen, foresee
from services.trainees.domain.persons import PersonData
from services.trainees.domain.roster.lifecycle import StalePreview, SyncState
from services.trainees.queries.roster.scopes import cohorts_of, profile_of
from services.trainees.tables import Person, RosterSync
from shared.db import Database
from shared.db.migrations import migrate
from tests.trainees.conftest import INFO
from tests.trainees.roster_story import RosterStory, people
from tests.trainees.story import MANAGER, emptied, roster


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('foreseen') / 'trainees.db'}", service="trainees", info=INFO)
    migrate(database, service.migrations)
    yield database
    database.close()


@pytest.fixture
def story(kept: Database) -> RosterStory:
    return RosterStory(emptied(kept))


def apply(story: RosterStory, sync_id: UUID, foreseen: Foreseen) -> None:
    with story.database.write() as session:
        sync = session.get_one(RosterSync, sync_id)
        given = cohorts_of(session, sync, lock=True), profile_of(session, sync.university_id)
        bring_in(session, sync, *given, by=MANAGER, foreseen=foreseen)


@pytest.mark.unhurried
def test_what_was_foreseen_is_done_as_long_as_nothing_changed(story: RosterStory) -> None:
    first = story.cohort(capacity=100)
    preview = story.send(first, roster(*people(4)))
    story.do(commit_sync, preview.id, by=MANAGER)
    foreseen = foresee(story.database, preview.id)
    assert foreseen is not None
    apply(story, preview.id, foreseen)
    assert {row["id"] for row in story.rows(Person)} == set(foreseen.persons.fresh)
    assert story.told(preview.id).state is SyncState.APPLIED


@pytest.mark.unhurried
def test_who_came_in_meanwhile_is_not_registered_twice(story: RosterStory) -> None:
    here, elsewhere = story.cohorts(2)  # of one university
    preview = story.send(here, roster(*people(4, start=100)))
    story.do(commit_sync, preview.id, by=MANAGER)
    foreseen = foresee(story.database, preview.id)
    assert foreseen is not None
    name, born, phone = people(1, start=100)[0][1:4]
    somebody = PersonData(name, date.fromisoformat(born), "+82" + phone.replace("-", "")[1:])
    story.applicant(elsewhere.id, somebody)
    before = story.count(Person)
    with pytest.raises(StalePreview):
        apply(story, preview.id, foreseen)
    assert story.count(Person) == before


@pytest.mark.unhurried
def test_whatever_changed_meanwhile_everything_is_compared_again(story: RosterStory) -> None:
    cohort, other = story.cohorts(2)
    preview = story.send(cohort, roster(*people(2, start=200)))
    story.do(commit_sync, preview.id, by=MANAGER)
    foreseen = foresee(story.database, preview.id)
    assert foreseen is not None
    story.applicant(other.id)  # somebody whom the roster is not about
    apply(story, preview.id, foreseen)
    assert story.told(preview.id).state is SyncState.APPLIED
    assert not {row["id"] for row in story.rows(Person)} & set(foreseen.persons.fresh)
