"""What the executive's page shows, ready for its template: every figure already in words of the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.reporting.domain.values import State, Unit
from services.reporting.frameworks import Goal
from services.reporting.indicators import CATALOGUE, Scope, current
from services.reporting.pages.breakdowns import Breakdown, by_cohort, by_field
from services.reporting.pages.formatting import Format
from services.reporting.queries.freshness import Freshness, Source, sources
from services.reporting.queries.goals import Progress, progress_of
from services.reporting.queries.plans import find_plan, goals
from services.reporting.queries.values import Value, value_of
from shared.db import ReadSession
from shared.errors import N_

HEADLINE: Final = ("future-talent-city-daegu-talents", "future-talent-city-daegu-jobs")
PLAN: Final = "future-talent-city-daegu"
EMPLOYMENT_GOAL: Final = "hustar-employment"
_SOURCES: Final = tuple(dict.fromkeys(source for indicator in CATALOGUE.values() for source in indicator.sources))
_SOURCE_NAMES: Final = {
    "trainees.cohort": N_("Cohorts"),
    "trainees.enrolment": N_("Enrolments"),
    "matching.follow_up": N_("Follow-ups"),
    "matching.placement": N_("Placements"),
    "employers.seat": N_("Seats"),
}


@dataclass(frozen=True, slots=True)
class GoalCard:
    """One large goal. `bar` and `mark` are percentages for the drawing: what was reached, and where the pace line is."""

    name: str
    actual: str
    target: str
    reached: str | None
    bar: float
    mark: float
    pace: str
    distance: str | None
    behind: bool
    summary: str
    counting: str
    source: str
    source_url: str | None


@dataclass(frozen=True, slots=True)
class RateCard:
    """One rate with what it rests on."""

    name: str
    value: str
    basis: str | None
    bounds: str | None
    goal: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The whole of it."""

    plan: str
    as_of: str
    empty: bool
    goals: Sequence[GoalCard]
    rates: Sequence[RateCard]
    breakdowns: Sequence[Breakdown]
    last_event: str | None
    events: str
    sources: Sequence[tuple[str, str, str]]
    set_aside: int
    stopped: bool
    announcement: str


def figures(session: ReadSession, scope: Scope, fresh: Freshness, form: Format) -> Figures:
    """Everything on the page, asked at once. `fresh` was read before, so what is shown is at least as new as it says."""
    plan, known = find_plan(session, PLAN).framework, goals(session)
    cards = [_goal_card(progress_of(session, known[goal_id], scope), form) for goal_id in HEADLINE]
    return Figures(
        plan=f"{getattr(plan.name, form.language)} {plan.starts_on.year}–{plan.ends_on.year}",
        as_of=form.day(scope.as_of),
        empty=fresh.events == 0,
        goals=cards,
        rates=[
            _rate_card(value_of(session, current()["completion_rate"], scope), form),
            _rate_card(value_of(session, current()["employment_rate_completers"], scope), form, goal=known[EMPLOYMENT_GOAL].goal),
        ],
        breakdowns=[by_cohort(session, scope, form), by_field(session, scope, form)],
        last_event=None if fresh.watermark is None else form.moment(fresh.watermark),
        events=form.number(fresh.events),
        sources=[_source_row(source, form) for source in sources(session, scope.generation, _SOURCES)],
        set_aside=fresh.set_aside,
        stopped=fresh.stopped is not None,
        announcement=" ".join(card.summary for card in cards),
    )


def _goal_card(progress: Progress, form: Format) -> GoalCard:
    goal, actual, unit = progress.goal, progress.standing.figure, Unit(progress.goal.unit)
    state, should = State(progress.standing.state), progress.expected_today or 0.0
    texts = goal.model_dump()
    name, shown = texts["name"][form.language], form.value(actual, state, unit)
    target = form.target(goal.target.value or 0, unit)
    reached = None if progress.progress is None else form.share(progress.progress)
    distance = None if actual is None else actual - should
    return GoalCard(
        name=name,
        actual=shown,
        target=form.text(N_("of {target}"), target=target),
        reached=None if reached is None else form.text(N_("{share} reached"), share=reached),
        bar=_percent(progress.progress or 0.0),
        mark=_percent(progress.elapsed),
        pace=form.text(
            N_("Where it should be today: {expected} ({elapsed} of the time has passed)"),
            expected=form.target(int(should), unit),
            elapsed=form.share(progress.elapsed),
        ),
        distance=None if distance is None else _distance(distance, unit, form),
        behind=distance is not None and distance < 0,
        summary=form.text(N_("{name}: {actual}."), name=name, actual=shown),
        counting=texts["counting"][form.language],
        source=texts["targets"][-1]["source"]["text"][form.language],
        source_url=None if goal.target.source is None else goal.target.source.url,
    )


def _distance(distance: float, unit: Unit, form: Format) -> str:
    message = N_("{distance} behind the pace") if distance < 0 else N_("{distance} ahead of the pace")
    return form.text(message, distance=form.target(round(abs(distance)), unit))


def _percent(share: float) -> float:
    return round(min(max(share, 0.0), 1.0) * 100, 3)


def _rate_card(value: Value, form: Format, *, goal: Goal | None = None) -> RateCard:
    indicator = current()[value.indicator]
    counts, reading = value.counts, value.reading
    bounds = None
    if reading.value is not None and counts.unknown:
        bounds = form.text(
            N_("The outcome of {unknown} is not known (yet): it lies between {low} and {high}."),
            unknown=form.number(counts.unknown),
            low=form.value(reading.low, State.OK, value.unit),
            high=form.value(reading.high, State.OK, value.unit),
        )
    return RateCard(
        name=indicator.name[form.language],
        value=form.value(reading.value, reading.state, value.unit),
        basis=None if not counts.denominator else f"{form.number(counts.numerator)} / {form.number(counts.denominator)}",
        bounds=bounds,
        goal=None if goal is None else _against(goal, reading.value, form),
    )


def _against(goal: Goal, actual: float | None, form: Format) -> str:
    wanted = goal.target.value or 0
    target = form.target(wanted, Unit(goal.unit))
    if actual is None:
        return form.text(N_("HuStar's goal is {target}."), target=target)
    distance = actual - wanted
    message = (
        N_("HuStar's goal of {target}: {points} points below.") if distance < 0 else N_("HuStar's goal of {target} is reached.")
    )
    return form.text(message, target=target, points=form.number(abs(distance), decimals=1))


def _source_row(source: Source, form: Format) -> tuple[str, str, str]:
    last = form.text(N_("nothing yet")) if source.watermark is None else form.moment(source.watermark)
    return form.text(_SOURCE_NAMES[source.name]), last, form.number(source.events)
