"""How rosters came in, how rounds of matching went, and how long offers have waited."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, case, exists, func, literal, literal_column, or_, select, type_coerce

from services.reporting.domain.stages import PLACEMENT
from services.reporting.indicators import Scope
from services.reporting.tables import FACT, ROSTER, ROUND_STEP
from shared.clock import SEOUL, end_of
from shared.db import ReadSession

BROUGHT_IN: Final = ("applied", "applied_with_holds")
LATELY: Final = timedelta(days=30)
LONGEST: Final = timedelta(days=365)
AGES: Final = (3, 7, 14, 30)
MOST_ROUNDS: Final = 100
_STATES: Final = {
    "round.drafted": "draft",
    "round.revised": "draft",
    "round.returned": "draft",
    "round.frozen": "frozen",
    "round.started": "running",
    "round.proposed": "proposed",
    "round.published": "published",
    "round.closed": "closed",
}


@dataclass(frozen=True, slots=True)
class Punctuality:
    """The rosters of a university: the last that was brought in, how many there were within thirty days, and what waits.

    `read` and `rejected` are the rows of these thirty days; `held` removals wait for a person's decision.
    """

    last_at: datetime | None = None
    lately: int = 0
    failed: int = 0
    read: int = 0
    rejected: int = 0
    held: int = 0

    def days_since(self, day: date) -> int | None:
        """How many days the last roster is old."""
        return None if self.last_at is None else max(0, (day - self.last_at.astimezone(SEOUL).date()).days)


@dataclass(frozen=True, slots=True)
class MatchingRound:
    """A round as it stands. What a run came to is None until there was one; `verified`: its proof holds."""

    id: UUID
    parent_id: UUID | None
    state: str
    since: date
    optimal: str
    seed: int
    trainees: int | None
    placed: int | None
    seats: int | None
    unfilled: int | None
    average_rank: float | None
    verified: bool | None
    snapshot_hash: str | None


@dataclass(frozen=True, slots=True)
class OfferAge:
    """How many offers have waited so long: from `days` on, up to and without `until`; None: without end."""

    days: int
    until: int | None
    offers: int


def punctuality(session: ReadSession, scope: Scope, *, university_id: UUID | None = None) -> Mapping[UUID, Punctuality]:
    """By university, how its rosters came in by the end of the day."""
    rows, until = ROSTER.c, min(end_of(scope.as_of), scope.known_at)
    brought_in, lately = rows.state.in_(BROUGHT_IN), rows.finished_at > until - LATELY
    statement = (
        select(
            rows.university_id,
            func.max(case((brought_in, rows.finished_at))).label("last_at"),
            func.sum(case((brought_in & lately, 1), else_=0)).label("lately"),
            func.sum(case((rows.state.in_(("rejected", "failed")) & lately, 1), else_=0)).label("failed"),
            func.sum(case((brought_in & lately, rows.rows_read), else_=0)).label("read"),
            func.sum(case((brought_in & lately, rows.rejected), else_=0)).label("rejected"),
            func.sum(case((rows.state == "applied_with_holds", rows.held), else_=0)).label("held"),
        )
        .where(rows.generation == scope.generation, rows.finished_at <= until)
        .group_by(rows.university_id)
    )
    if university_id is not None:
        statement = statement.where(rows.university_id == university_id)
    found = {}
    for row in session.execute(statement):
        found[row.university_id] = Punctuality(row.last_at, *(int(row[place]) for place in range(2, 7)))
    return found


def rosters_of(session: ReadSession, scope: Scope, university_id: UUID, *, most: int = 20) -> Sequence[Any]:
    """The last rosters of a university, the latest first."""
    rows = ROSTER.c
    statement = select(ROSTER).where(
        rows.generation == scope.generation,
        rows.university_id == university_id,
        rows.finished_at <= min(end_of(scope.as_of), scope.known_at),
    )
    return session.execute(statement.order_by(rows.finished_at.desc(), rows.roster_sync_id).limit(most)).all()


def rounds(session: ReadSession, scope: Scope, *, most: int = MOST_ROUNDS) -> list[MatchingRound]:
    """The rounds as they stood at the end of the day, the latest first."""
    rows = ROUND_STEP.c
    steps = select(ROUND_STEP).where(
        rows.generation == scope.generation, rows.effective_on <= scope.as_of, rows.recorded_at <= scope.known_at
    )
    by_round: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(steps.order_by(rows.version)):
        by_round[row.round_id].append(row)
    found = [_round(own) for own in by_round.values()]
    return sorted(found, key=lambda each: (each.since, str(each.id)), reverse=True)[:most]


def _round(steps: Sequence[Any]) -> MatchingRound:
    last = steps[-1]
    state = _STATES[last.kind]
    # A round that went back to draft gave up what it had found.
    told = None if state in {"draft", "frozen"} else next((row for row in reversed(steps) if row.kind == "round.proposed"), None)
    frozen = None if state == "draft" else next((row for row in reversed(steps) if row.kind == "round.frozen"), None)

    def said(name: str) -> Any:
        return None if told is None else getattr(told, name)

    return MatchingRound(
        id=last.round_id, parent_id=last.parent_id, state=state, since=last.effective_on, optimal=last.optimal, seed=last.seed,
        trainees=said("trainees") if told is not None else getattr(frozen, "trainees", None), placed=said("placed"),
        seats=said("seats"), unfilled=said("unfilled"), average_rank=said("average_rank"), verified=said("verified"),
        snapshot_hash=said("snapshot_hash") or getattr(frozen, "snapshot_hash", None),
    )  # fmt: skip


def open_offers(session: ReadSession, scope: Scope) -> list[OfferAge]:
    """Offers of the last year that nobody had answered by the day, by how long they have waited."""
    made, later = FACT.alias(), FACT.alias()
    after = or_(
        later.c.effective_on > made.c.effective_on,
        and_(later.c.effective_on == made.c.effective_on, later.c.version > made.c.version),
        and_(later.c.effective_on == made.c.effective_on, later.c.version == made.c.version, later.c.step > made.c.step),
    )
    answered = exists().where(
        later.c.generation == made.c.generation,
        later.c.aggregate == PLACEMENT,
        later.c.aggregate_id == made.c.aggregate_id,
        later.c.stage.is_not(None),
        later.c.effective_on <= scope.as_of,
        after,
        *_known(later, scope),
    )
    statement = (
        select(type_coerce(made.c.effective_on, Date), func.count())
        .where(
            made.c.generation == scope.generation,
            made.c.stage == literal_column("'offered'"),  # literally, as the index says it
            made.c.effective_on > scope.as_of - LONGEST,
            made.c.effective_on <= scope.as_of,
            *_known(made, scope),
            ~answered,
        )
        .group_by(made.c.effective_on)
    )
    bounds = (0, *AGES)
    ages = dict.fromkeys(bounds, 0)
    for day, number in session.execute(statement):
        waited = (scope.as_of - day).days
        ages[max(bound for bound in bounds if bound <= waited)] += number
    return [OfferAge(days, until, ages[days]) for days, until in zip(bounds, (*AGES, None), strict=True)]


def _known(facts: Any, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    superseded = facts.c.superseded_at
    return facts.c.recorded_at <= scope.known_at, superseded.is_(None) | (superseded > literal(scope.known_at, superseded.type))
