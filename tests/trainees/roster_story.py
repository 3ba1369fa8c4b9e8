"""Rosters as their tests speak of them: sent, read here instead of in a process of their own, previewed, decided about."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from services.trainees.commands.roster.deciding import approve_removals, commit_sync
from services.trainees.commands.roster.profiles import set_profile
from services.trainees.commands.roster.reading_apart import Begun, Reader
from services.trainees.commands.roster.receiving import receive
from services.trainees.commands.roster.undoing import undo_sync
from services.trainees.commands.roster.working import work_on_rosters
from services.trainees.domain.roster.columns import Mapped
from services.trainees.domain.roster.lifecycle import SyncMode
from services.trainees.domain.roster.reading import Chosen, read_roster
from services.trainees.domain.roster.rows import Refused, RosterRow
from services.trainees.queries.roster.reports import SyncReport, report
from services.trainees.tables import Cohort, Enrolment, Person, PersonRecord, RosterEntry, RosterSync, StageStep, StudentNumber
from shared.auth.actor import Actor
from tests.trainees.story import MANAGER, Story

HELD = (Person, PersonRecord, StudentNumber, Enrolment, StageStep, RosterEntry)


def read_here(
    content: bytes, *, today: date, mapped: Mapped, organisation: str | None, chosen: Chosen | None = None
) -> Iterator[Begun | list[RosterRow | Refused]]:
    """The same reader without the process around it, which costs half a second each time."""
    reading = read_roster(content, today=today, mapped=mapped, organisation=organisation)
    yield Begun(reading.format, reading.columns, reading.delta)
    yield from reading.batches(chosen and (lambda lines, digests: partial(chosen, lines, digests)))


def read_everything(content: bytes, **said: Any) -> Iterator[Begun | list[RosterRow | Refused]]:
    """The same, which recognises nothing."""
    yield from read_here(content, **{**said, "chosen": None})


class RosterStory(Story):
    """Story's world, and what happens to a roster."""

    read: Reader = staticmethod(read_here)

    def send(
        self, cohorts: Cohort | Sequence[Cohort], content: bytes, *, mode: str = "full", by: Actor = MANAGER, **said: Any
    ) -> SyncReport:
        """Send a roster and have it read: the preview, or why there is none."""
        scope = [cohorts] if isinstance(cohorts, Cohort) else list(cohorts)
        ids = [cohort.id for cohort in scope]
        sync = self.do(receive, scope[0].university_id, ids, content, mode=SyncMode(mode), by=by, **said)
        return self.worked(sync.id)

    def worked(self, sync_id: UUID) -> SyncReport:
        while work_on_rosters(self.database, read=self.read):
            continue
        return self.told(sync_id)

    def told(self, sync_id: UUID) -> SyncReport:
        with self.database.read() as session:
            return report(session, session.get_one(RosterSync, sync_id), language="en")

    def commit(self, sync: SyncReport, *, by: Actor = MANAGER) -> SyncReport:
        self.do(commit_sync, sync.id, by=by)
        return self.worked(sync.id)

    def bring(self, cohorts: Cohort | Sequence[Cohort], content: bytes, *, mode: str = "full", **said: Any) -> SyncReport:
        """Send a roster and carry it out."""
        return self.commit(self.send(cohorts, content, mode=mode, **said))

    def approve(self, sync: SyncReport, **said: Any) -> SyncReport:
        self.do(approve_removals, sync.id, by=MANAGER, **said)
        return self.told(sync.id)

    def undo(self, sync: SyncReport) -> SyncReport:
        self.do(undo_sync, sync.id, by=MANAGER)
        return self.told(sync.id)


def people(count: int, *, start: int = 0, **said: str) -> list[tuple[str, ...]]:
    """Rows about that many fictitious persons."""
    return [
        (f"2024{n:04d}", f"가상{n}", "1999-03-02", said.get("phone", f"010-2222-{n:04d}"), said.get("email", ""))
        for n in range(start, start + count)
    ]


def held(story: Story) -> list[list[dict[str, Any]]]:
    """Everything that rosters lead to, but for how their rows were spelt."""
    spelling = {"fingerprint", "number_hash"}
    return [[{name: row[name] for name in row if name not in spelling} for row in story.rows(table)] for table in HELD]


def counts(sync: SyncReport) -> dict[str, int]:
    return {name: count for name, count in sync.counts.items() if count}


def profile(story: Story, cohort: Cohort, **said: Any) -> None:
    story.do(set_profile, cohort.university_id, by=MANAGER, changes=said)


def stages(story: Story) -> dict[str, int]:
    found = [row["stage"].value for row in story.rows(Enrolment)]
    return {stage: found.count(stage) for stage in set(found)}
