"""What the executive's page shows, ready for its template: every figure already in words of the reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.reporting.charts import Drawing, drawings
from services.reporting.domain.alerting import Severity
from services.reporting.domain.values import State, Unit
from services.reporting.frameworks import Goal
from services.reporting.indicators import CATALOGUE, Scope, current
from services.reporting.pages.breakdowns import Breakdown, by_cohort, by_field, by_university
from services.reporting.pages.formatting import SOURCES, Format
from services.reporting.pages.goal_lines import GoalLine, goal_line, no_forecast
from services.reporting.pages.kept import kept
from services.reporting.pages.movements import Movement, movement
from services.reporting.queries.forecasts import history_of, latest_forecasts
from services.reporting.queries.freshness import Freshness, Source, sources
from services.reporting.queries.goals import Progress, progress_of
from services.reporting.queries.plans import find_plan, goals
from services.reporting.queries.raised import standing_alerts
from services.reporting.queries.values import Value, value_of
from services.reporting.tables import Forecast
from shared.db import ReadSession
from shared.errors import N_

HEADLINE: Final = ("future-talent-city-daegu-talents", "future-talent-city-daegu-jobs")
PLAN: Final = "future-talent-city-daegu"
EMPLOYMENT_GOAL: Final = "hustar-employment"
_SOURCES: Final = tuple(dict.fromkeys(source for indicator in CATALOGUE.values() for source in indicator.sources))
_SEVERITIES: Final = {
    Severity.CRITICAL: (N_("Critical"), "bad"),
    Severity.WARNING: (N_("Warning"), "warn"),
    Severity.INFO: (N_("Note"), "soft"),
}


@dataclass(frozen=True, slots=True)
class GoalCard:
    """One large goal: how far it is, where it will be or why nobody says so, and what came since last month."""

    line: GoalLine
    target: str
    behind: bool
    summary: str
    lack: str
    since: Movement
    drawn: Drawing | None


@dataclass(frozen=True, slots=True)
class RateCard:
    """One rate with what it rests on."""

    id: str
    name: str
    value: str
    basis: str | None
    bounds: str | None
    goal: str | None


@dataclass(frozen=True, slots=True)
class AlertLine:
    name: str
    severity: str
    kind: str
    since: str


@dataclass(frozen=True, slots=True)
class Alerts:
    """The gravest alerts that stand, how many more there are, and how many rules look for any."""

    rows: Sequence[AlertLine]
    more: int
    rules: int


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
    sources: Sequence[tuple[str, str, str, str | None]]
    set_aside: int
    stopped: bool
    alerts: Alerts
    announcement: str


def figures(session: ReadSession, scope: Scope, fresh: Freshness, form: Format) -> Figures:
    """Everything on the page, asked at once. `fresh` was read before, so what is shown is at least as new as it says."""
    plan, known = find_plan(session, PLAN).framework, goals(session)
    newest = latest_forecasts(session, HEADLINE, as_of=scope.as_of)
    reached = {goal_id: progress_of(session, known[goal_id], scope) for goal_id in HEADLINE}
    cards = [_goal_card(session, found, newest.get(goal_id), form) for goal_id, found in reached.items()]
    return Figures(
        plan=f"{getattr(plan.name, form.language)} {plan.starts_on.year}–{plan.ends_on.year}",
        as_of=form.day(scope.as_of),
        empty=fresh.events == 0,
        goals=cards,
        rates=[
            _rate_card(value_of(session, current()["completion_rate"], scope), form),
            _rate_card(value_of(session, current()["employment_rate_completers"], scope), form, goal=known[EMPLOYMENT_GOAL].goal),
        ],
        breakdowns=_breakdowns(session, scope, form),
        last_event=None if fresh.watermark is None else form.moment(fresh.watermark),
        events=form.number(fresh.events),
        sources=[_source_row(source, form) for source in sources(session, scope.generation, _SOURCES)],
        set_aside=fresh.set_aside,
        stopped=fresh.stopped is not None,
        alerts=_alerts(session, form),
        announcement=" ".join(card.summary for card in cards),
    )


def _breakdowns(session: ReadSession, scope: Scope, form: Format) -> Sequence[Breakdown]:
    def ask() -> Sequence[Breakdown]:
        return [each(session, scope, form) for each in (by_field, by_university, by_cohort)]

    return kept(session, scope, ("breakdowns", form.language), ask)


def _alerts(session: ReadSession, form: Format) -> Alerts:
    found = standing_alerts(session, most=5)
    rows = [
        AlertLine(
            name=each.name_ko if form.language == "ko" else each.name_en,
            severity=form.text(_SEVERITIES[each.severity][0]),
            kind=_SEVERITIES[each.severity][1],
            since=form.moment(each.raised_at),
        )
        for each in found.alerts
    ]
    return Alerts(rows, found.number - len(rows), found.rules)


def _goal_card(session: ReadSession, progress: Progress, kept_forecast: Forecast | None, form: Format) -> GoalCard:
    line, scope = goal_line(progress, kept_forecast, form), progress.scope
    lack = None if kept_forecast is not None else history_of(session, progress.found, scope).lack
    name = progress.goal.indicator or ""
    since = kept(session, scope, ("movement", name, form.language), lambda: movement(session, name, scope, form))
    actual, should = progress.standing.figure, progress.expected_today
    return GoalCard(
        line=line,
        target=form.text(N_("of {target}"), target=line.target),
        behind=actual is not None and should is not None and actual < should,
        summary=form.text(N_("{name}: {actual}."), name=line.name, actual=line.actual),
        lack=no_forecast(lack, form),
        since=since,
        drawn=next(iter(drawings([since.chart])), None) if since.chart else None,
    )


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
        id=indicator.id,
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


def _source_row(source: Source, form: Format) -> tuple[str, str, str, str | None]:
    last = form.text(N_("nothing yet")) if source.watermark is None else form.moment(source.watermark)
    silent = (
        None if source.silent_since is None else form.text(N_("silent since {moment}"), moment=form.moment(source.silent_since))
    )
    return form.text(SOURCES[source.name]), last, form.number(source.events), silent
