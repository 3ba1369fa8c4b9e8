"""The process that works on a roster is killed, as the kernel does it: nothing is half applied, and the next one goes on."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from services.trainees.commands.roster.deciding import commit_sync
from services.trainees.commands.roster.receiving import receive
from services.trainees.domain.roster.lifecycle import SyncMode, SyncState
from services.trainees.queries.ground_truth import aggregate_versions
from services.trainees.tables import Cohort, RosterSync, rows_of
from shared.clock import now
from shared.db import Database
from tests.trainees.roster_story import RosterStory, counts, held, people, profile
from tests.trainees.story import MANAGER, Story, roster
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.slow


class Workers:
    """Processes that work on the rosters of a database, one after the other, and die at the given point."""

    def __init__(self, database: Database) -> None:
        url = database.writer.url.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "tests.trainees.roster_worker", url]
        self._parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def die_at(self, point: str) -> None:
        """Have one work until it is killed there, and whatever it started ends."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        print(f"{point}=1", file=self._parent.stdin, flush=True)
        pid, status = map(int, self._parent.stdout.readline().split())
        assert status == -signal.SIGKILL
        # The reader of the file has nobody left to tell.
        until(lambda: not _lives(pid), what="nothing that it started lives on")

    def close(self) -> None:
        self._parent.communicate(timeout=PATIENCE)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def workers(migrated: Database) -> Iterator[Workers]:
    workers = Workers(migrated)
    yield workers
    workers.close()


def lease_over(story: Story) -> None:
    with story.database.write() as session:
        session.execute(update(rows_of(RosterSync)).values(lease_until=now() - timedelta(seconds=1)))


def test_a_killed_process_leaves_nothing_half_done_and_the_next_one_goes_on(database: Database, workers: Workers) -> None:
    story = RosterStory(database)
    cohort: Cohort = story.cohort(capacity=1_000)
    profile(story, cohort, absence="drop")
    story.bring(cohort, roster(*people(200)))
    before, events = held(story), story.events()
    moved = [(*row[:3], "010-7777-" + row[3][-4:], "") for row in people(30)]
    content = roster(*moved, *people(160, start=30), *people(100, start=500))
    sync = story.do(receive, cohort.university_id, [cohort.id], content, mode=SyncMode.FULL, by=MANAGER)

    workers.die_at("roster.stored")
    assert (story.told(sync.id).state, held(story), story.events()) == (SyncState.VALIDATING, before, events)
    assert story.worked(sync.id).state is SyncState.VALIDATING, "it is the dead one's until its lease is over"
    lease_over(story)
    workers.die_at("roster.staged")
    lease_over(story)
    waiting = story.worked(sync.id)
    assert (waiting.state, counts(waiting)) == (
        SyncState.PREVIEWED,
        {"changed": 30, "unchanged": 160, "created": 100, "vanished": 10},
    )

    story.do(commit_sync, sync.id, by=MANAGER)
    for point in ("roster.half_applied", "roster.applied"):
        workers.die_at(point)
        assert (story.told(sync.id).state, held(story), story.events()) == (SyncState.APPLYING, before, events)
        lease_over(story)
    done = story.worked(sync.id)
    assert (done.state, counts(done)) == (SyncState.APPLIED, counts(waiting))
    again = story.bring(cohort, content)
    assert counts(again) == {"unchanged": 290}
    with story.database.read() as session:
        assert all(version == len(story.events(id_)) for _, id_, version in aggregate_versions(session))


def test_what_kills_every_worker_ends_as_failed_and_keeps_nobody_else_waiting(database: Database, workers: Workers) -> None:
    story = RosterStory(database)
    cohort = story.cohort(capacity=1_000)
    sync = story.do(receive, cohort.university_id, [cohort.id], roster(*people(5)), mode=SyncMode.FULL, by=MANAGER)
    for _ in range(3):
        workers.die_at("roster.stored")
        lease_over(story)
    assert story.worked(sync.id).state is SyncState.FAILED
    assert counts(story.bring(cohort, roster(*people(5)))) == {"created": 5}
