"""One goal in words: how far it is beside its targets and its pace, and where it will be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.reporting.domain.foretelling import INTERVAL, LEAST_MONTHS, Lack
from services.reporting.domain.goals import Direction, MilestoneState, Pace
from services.reporting.domain.values import State, Unit, rounded
from services.reporting.frameworks import Framework
from services.reporting.frameworks.names import ONE_OF, UNITS
from services.reporting.pages.formatting import Format
from services.reporting.queries.goals import MilestonePassed, Progress
from services.reporting.queries.plans import FoundGoal
from services.reporting.tables import Forecast
from shared.errors import N_

PACES: Final = {
    Pace.REACHED: (N_("Reached"), "good"),
    Pace.ON_PACE: (N_("On pace"), "good"),
    Pace.BEHIND: (N_("Behind"), "warn"),
    Pace.FAR_BEHIND: (N_("Far behind"), "bad"),
    Pace.MISSED: (N_("Missed"), "bad"),
    Pace.NOT_STARTED: (N_("Not started"), "soft"),
    Pace.NO_NUMBER: (N_("No number"), "soft"),
}
MILESTONES: Final = {
    MilestoneState.AHEAD: (N_("Ahead"), "soft"),
    MilestoneState.MET: (N_("Met"), "good"),
    MilestoneState.MISSED: (N_("Missed"), "bad"),
    MilestoneState.NO_NUMBER: (N_("No number"), "soft"),
}
LACKS: Final = {
    Lack.NO_TARGET: N_("No forecast: the plan states no number to reach."),
    Lack.NO_NUMBER: N_("No forecast: there is no figure yet."),
    Lack.PAST_DUE: N_("No forecast: the due date has passed."),
    Lack.NOT_FORETOLD: N_("No forecast: ranks are not foretold."),
    Lack.TOO_FEW_MONTHS: N_("No forecast: fewer than {least} periods are known, and nothing is guessed from them."),
    Lack.TOO_LITTLE_MOVES: N_("No forecast: the figure moved in too few periods to guess from."),
}
_METHOD: Final = N_(
    "{interval}% interval; {model} on what came each month, simulated 2,000 times; made of what was known on {day}."
)
_NOT_KEPT: Final = N_("A forecast is made at the end of every month; none has been kept yet.")


@dataclass(frozen=True, slots=True)
class Milestone:
    name: str
    due: str
    target: str
    state: str
    kind: str


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal for a page. `bar` and `mark` are percentages for the drawing: what was reached, and where the pace line is."""

    id: str
    plan: str
    node: str | None
    name: str
    actual: str
    ok: bool
    target: str
    missing: str | None
    due: str
    original: str | None
    revised: str | None
    reached: str | None
    bar: float
    mark: float | None
    pace: str
    kind: str
    expected: str | None
    distance: str | None
    required: str | None
    milestones: Sequence[Milestone]
    counting: str
    source: str
    source_url: str | None
    indicator: str | None
    measured: str
    forecast: Mapping[str, str] | None


RANK: Final = "rank"


def amount(value: float, unit: str, plan: Framework, form: Format) -> str:
    """A number in a unit of ours or of the plan."""
    if unit in set(Unit):
        return form.target(value, Unit(unit))
    named = plan.units.get(unit) or UNITS.get(unit)
    name = unit if named is None else named[form.language]
    if value == 1 and form.language == "en":
        name = ONE_OF.get(name, name)
    number = form.number(value, decimals=0 if value == int(value) else 1)
    if form.language == "ko":
        return f"{number}{name}"
    return f"{name} {number}" if unit == RANK else f"{number} {name}"


def goal_line(progress: Progress, kept: Forecast | None, form: Format) -> GoalLine:
    """How far one goal is."""
    goal, plan, figure = progress.goal, progress.found.plan.framework, progress.standing.figure
    target, original = goal.target, goal.original_target
    missing = None if target.missing is None else target.missing[form.language]
    pace, kind = PACES[progress.pace] if target.value is not None else (N_("No target"), "soft")
    return GoalLine(
        id=goal.id,
        plan=plan.id,
        node=goal.node,
        name=goal.name[form.language],
        actual=_figure(progress, form),
        ok=figure is not None,
        target=form.text(N_("no target stated")) if target.value is None else amount(target.value, goal.unit, plan, form),
        missing=missing,
        due=form.day(target.due_on),
        original=_original(progress, form) if len(goal.targets) > 1 else None,
        revised=None if target.reason is None else target.reason[form.language],
        reached=None if progress.progress is None else form.text(N_("{share} reached"), share=form.reached(progress.progress)),
        bar=percent(progress.progress or 0.0),
        mark=_mark(progress),
        pace=form.text(pace),
        kind=kind,
        expected=_expected(progress, form),
        distance=_distance(progress, form),
        required=_required(progress, form),
        milestones=[_milestone(each, progress.found, form) for each in progress.milestones],
        counting=goal.counting[form.language],
        source="" if (target.source or original.source) is None else (target.source or original.source).text[form.language],  # type: ignore[union-attr]
        source_url=None if target.source is None else target.source.url,
        indicator=goal.indicator,
        measured=_measured(progress, form),
        forecast=None if kept is None else foretold(kept.content, str(form.day(kept.as_of)), progress.found, form),
    )


def _figure(progress: Progress, form: Format) -> str:
    if progress.standing.figure is not None:
        return amount(progress.standing.figure, progress.goal.unit, progress.found.plan.framework, form)
    return form.value(None, State(progress.standing.state), Unit.PERSONS)


def _original(progress: Progress, form: Format) -> str | None:
    found = progress.goal.original_target
    if found.value is None:
        return None
    return form.text(
        N_("first {target} by {day}"),
        target=amount(found.value, progress.goal.unit, progress.found.plan.framework, form),
        day=form.day(found.due_on),
    )


def _mark(progress: Progress) -> float | None:
    """Where the pace line is on the way from the baseline to the target, in per cent."""
    start, end, should = progress.goal.baseline.value, progress.goal.target.value, progress.expected_today
    if start is None or end is None or should is None or start == end:
        return None
    return percent((should - start) / (end - start))


def _expected(progress: Progress, form: Format) -> str | None:
    if progress.expected_today is None:
        return None
    should = progress.expected_today
    whole = should if progress.goal.unit == "percent" else float(int(should))
    return form.text(
        N_("Where it should be today: {expected} ({elapsed} of the time has passed)"),
        expected=amount(whole, progress.goal.unit, progress.found.plan.framework, form),
        elapsed=form.share(progress.elapsed),
    )


def _distance(progress: Progress, form: Format) -> str | None:
    figure, should = progress.standing.figure, progress.expected_today
    if figure is None or should is None:
        return None
    distance = figure - should
    short = distance < 0 if progress.goal.direction is Direction.HIGHER else distance > 0
    message = N_("{distance} behind the pace") if short else N_("{distance} ahead of the pace")
    size = abs(distance) if progress.goal.unit == "percent" else rounded(abs(distance))
    if progress.goal.unit == RANK:
        return form.text(message, distance=form.counted(N_("{count} place"), N_("{count} places"), int(size)))
    return form.text(message, distance=amount(size, progress.goal.unit, progress.found.plan.framework, form))


def _required(progress: Progress, form: Format) -> str | None:
    needed = progress.required_per_month
    if not needed:
        return None
    told = amount(float(-(-needed // 1)), progress.goal.unit, progress.found.plan.framework, form)
    return form.text(N_("From now on it takes {needed} a month"), needed=told)


def _milestone(found: MilestonePassed, goal: FoundGoal, form: Format) -> Milestone:
    state, kind = MILESTONES[found.state]
    name = found.milestone.name
    return Milestone(
        name=form.text(N_("Milestone")) if name is None else name[form.language],
        due=form.day(found.milestone.due_on),
        target=amount(found.milestone.value, goal.goal.unit, goal.plan.framework, form),
        state=form.text(state),
        kind=kind,
    )


def _measured(progress: Progress, form: Format) -> str:
    observed = progress.standing.observed
    if observed is not None:
        return form.text(N_("observed on {day}, approved"), day=form.day(observed.observed_on))
    return form.text(N_("reported by people") if progress.goal.measure else N_("counted from facts"))


def foretold(content: Mapping[str, Any], day: str, found: FoundGoal, form: Format) -> Mapping[str, str]:
    """A forecast in words: where it will be, between what, how likely the target is, and how that was found out."""
    goal, plan = found.goal, found.plan.framework
    ends = {name: _rounded(content[name], goal.unit, plan, form) for name in ("median", "low", "high")}
    chance = content["chance"]
    likely = N_("less than 1%") if chance < 0.01 else N_("more than 99%") if chance > 0.99 else None
    told = form.text(likely) if likely else form.share(chance)
    return {
        "middle": form.text(N_("{median} by {day}"), median=ends["median"], day=form.day(goal.target.due_on)),
        "between": form.text(N_("between {low} and {high}"), low=ends["low"], high=ends["high"]),
        "chance": form.text(N_("Chance of reaching the target: {chance}"), chance=told),
        "method": form.text(_METHOD, interval=INTERVAL, model=content["method"], day=day),
    }


def _rounded(value: float, unit: str, plan: Framework, form: Format) -> str:
    return amount(rounded(value, 1 if unit in {"percent", "ratio"} else 0), unit, plan, form)


def no_forecast(lack: Lack | None, form: Format) -> str:
    """Why there is no forecast."""
    return form.text(_NOT_KEPT) if lack is None else form.text(LACKS[lack], least=LEAST_MONTHS)


def percent(share: float) -> float:
    return round(min(max(share, 0.0), 1.0) * 100, 3)
