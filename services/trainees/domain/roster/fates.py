"""What a comparison found: the fate of each row, who is no longer named, and one figure that changes when any of it does."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.trainees.domain.resolution import Resolution, Told
from services.trainees.domain.roster.lifecycle import AbsencePolicy, Outcome
from services.trainees.domain.roster.rows import Problem
from services.trainees.domain.rules import Rules
from services.trainees.domain.stages import EXITS, PARTICIPATING, Stage, legal


@dataclass(frozen=True, slots=True)
class Place:
    """A person's latest enrolment in a cohort, and what rosters know of it. `known` is False where none ever named it."""

    enrolment_id: UUID
    stage: Stage
    version: int
    known: bool = False
    present: bool = False
    gone_from: Stage | None = None
    gone_version: int | None = None
    told_hash: bytes | None = None

    @property
    def can_return(self) -> bool:
        """Whether a removal ended it, and nobody touched it since."""
        return self.known and not self.present and self.gone_from is not None and self.gone_version == self.version


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one row. `resolution` is who it is about; None for rows that only say that somebody is gone.

    `said` is what the file says, also where a correction stands against it.
    """

    line: int
    outcome: Outcome
    cohort_id: UUID | None = None
    place: Place | None = None
    changes: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    resolution: Resolution | None = None
    said: Told | None = None
    applied_on: date | None = None
    source_hash: bytes | None = None
    fingerprint: bytes | None = None
    gender: str | None = None

    @property
    def enrolment_id(self) -> UUID | None:
        return self.place.enrolment_id if self.place is not None else None


@dataclass(frozen=True, slots=True)
class Absence:
    """An enrolment that is no longer named: where it stands and where the removal leads, the same if that is but a mark."""

    enrolment_id: UUID
    cohort_id: UUID
    stage: Stage
    version: int
    policy: AbsencePolicy
    becomes: Stage


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that a roster would do: `unchanged` counts the rows that say what is held, which are in no list."""

    fates: Sequence[Fate]
    absences: Sequence[Absence]
    unchanged: int
    held: bool
    basis: str = field(default="")

    def counts(self) -> Counter[Outcome]:
        counts = Counter(fate.outcome for fate in self.fates)
        counts[Outcome.UNCHANGED] += self.unchanged
        return counts

    def digest(self) -> str:
        """Equal for two comparisons that would do the same."""
        told = hashlib.sha256()
        for fate in sorted(self.fates, key=lambda each: each.line):
            who = fate.resolution.person_id if fate.resolution is not None else None
            codes = [problem.code for problem in fate.problems]
            told.update(repr((fate.line, fate.outcome.value, fate.enrolment_id, who, tuple(fate.changes), codes)).encode())
        for absence in sorted(self.absences, key=lambda each: each.enrolment_id):
            told.update(repr((absence.enrolment_id, absence.stage.value, absence.becomes.value)).encode())
        told.update(repr((self.unchanged, self.held)).encode())
        return told.hexdigest()


def removal(stage: Stage, policy: AbsencePolicy, *, left: Stage | None, rules: Rules) -> Stage:
    """Where a removal leads: `stage` itself where the policy only marks, where it ended already, or where no rule lets it.

    A leave is a person's own decision, and no automation ends it.
    """
    if policy is AbsencePolicy.FLAG or stage in EXITS or stage is Stage.ON_LEAVE:
        return stage
    if policy is AbsencePolicy.COMPLETE:
        target = Stage.COMPLETED
    else:
        target = Stage.DROPPED if stage in PARTICIPATING else Stage.WITHDRAWN
    return target if target in legal(stage, left=left, internship=rules.with_internship, used=rules.used) else stage


def must_be_held(*, vanishing: int, named_before: int, rows: int, unidentified: int, guard_rows: int, guard_percent: int) -> bool:
    """Whether removals wait for a person: too many of them, an empty file, or rows that may be about those who seem absent."""
    if not vanishing:
        return False
    if rows == 0 or unidentified:
        return True
    return vanishing > guard_rows and vanishing * 100 > guard_percent * named_before


def is_wrong_roster(*, rows: int, known_here: int, known_elsewhere: int, named_before: int) -> bool:
    """Whether a full roster of ten rows or more is about others: hardly anybody is known here, and they are elsewhere."""
    if rows < 10 or known_here * 10 >= rows:
        return False
    return known_elsewhere * 2 >= rows or named_before >= 10


@dataclass(frozen=True, slots=True)
class Said:
    """A row as it is looked at for contradictions: where it stands and what finds its person and number again."""

    line: int
    cohort_id: UUID | None
    number: bytes | None
    identity: bytes
    content: bytes


class Contradictions:
    """Finds the rows of one file that speak of the same person or number, whatever their order.

    Rows that say the same are one row: of each cohort the first counts. If they differ in anything, none of them does.
    """

    def __init__(self) -> None:
        self._first: dict[bytes, Said] = {}
        self._groups: dict[bytes, list[Said]] = {}

    def add(self, said: Said) -> None:
        for key in (said.number, said.identity):
            if key is None:
                continue
            first = self._first.setdefault(key, said)
            if first is not said:
                self._groups.setdefault(key, [first]).append(said)

    def problems(self) -> Mapping[int, tuple[str, int]]:
        """By line: the code of what is wrong, and the other line."""
        found: dict[int, tuple[str, int]] = {}
        for group in self._groups.values():
            if len({(said.number, said.content) for said in group}) > 1:
                self._contradict(group, found)
        for group in self._groups.values():
            by_cohort: dict[UUID | None, Said] = {}
            for said in sorted(group, key=lambda each: each.line):
                first = by_cohort.setdefault(said.cohort_id, said)
                if first is not said and said.line not in found:
                    found[said.line] = ("repeated", first.line)
        return found

    @staticmethod
    def _contradict(group: Sequence[Said], found: dict[int, tuple[str, int]]) -> None:
        for said in group:
            others = [each.line for each in group if (each.number, each.content) != (said.number, said.content)]
            found.setdefault(said.line, ("contradicting", min(others)))
