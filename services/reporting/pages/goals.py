"""Goals: all plans, one plan's tree with its projects and what counts for what, and one goal on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.responses import Response

from services.reporting.charts import Band, Chart, Dot, Note, drawings, line
from services.reporting.domain.observing import ProjectState
from services.reporting.domain.values import State, Unit
from services.reporting.frameworks import Framework, Node
from services.reporting.frameworks.names import PARTS
from services.reporting.pages.cells import NOTHING
from services.reporting.pages.contributions import in_a_table
from services.reporting.pages.figures import PLAN
from services.reporting.pages.formatting import Format
from services.reporting.pages.goal_lines import GoalLine, amount, foretold, goal_line, no_forecast
from services.reporting.pages.kept import kept
from services.reporting.pages.notes import About
from services.reporting.pages.routing import PageRouter, View
from services.reporting.queries.annotations import notes_between
from services.reporting.queries.contributions import contribution_matrix
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.queries.forecasts import Past, forecast_of, history_of, latest_forecasts
from services.reporting.queries.goals import Progress, all_progress, progress_of
from services.reporting.queries.plans import FoundGoal, find_goal, find_plan, plans
from services.reporting.queries.projects import Summary, summaries
from services.reporting.schemas.annotations import LONGEST
from shared.clock import today
from shared.errors import N_, NotFound

router: Final = PageRouter()
STATES: Final = {
    ProjectState.PLANNED: N_("Planned"),
    ProjectState.RUNNING: N_("Running"),
    ProjectState.SUSPENDED: N_("Suspended"),
    ProjectState.COMPLETED: N_("Completed"),
    ProjectState.CANCELLED: N_("Cancelled"),
}


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a plan: its goals, its projects and its parts."""

    id: str
    kind: str
    name: str
    missing: str | None
    goals: Sequence[GoalLine]
    projects: str | None
    parts: Sequence["Branch"]


@router.page("/goals", seen_by=SEES_EVERYTHING)
def goals_page(view: View) -> Response:
    """Every plan with its goals."""
    lines = _lines(view, None)
    ordered = sorted(plans(view.session), key=lambda plan: plan.framework.id != PLAN)
    shown = [(_heading(plan.framework, view.form), lines.get(plan.framework.id, [])) for plan in ordered]
    return view.show("goals.html", plans=shown)


@router.page("/goals/{framework}", seen_by=SEES_EVERYTHING)
def framework_page(view: View, *, framework: str) -> Response:
    """One plan: its tree, how far its goals are, how its projects stand."""
    plan = find_plan(view.session, framework).framework
    lines = _lines(view, plan.id).get(plan.id, [])
    found = {each.node: each for each in summaries(view.session, plan)}
    placed = set(plan.node_ids())
    return view.show(
        "framework.html",
        plan=_heading(plan, view.form),
        loose=[each for each in lines if each.node not in placed],
        tree=[_branch(node, lines, found, plan, view.form) for node in plan.nodes],
        projects=_projects(found[None], view.form),
        committees=[(each.name[view.form.language], each.members) for each in plan.committees],
    )


@router.page("/goals/{framework}/contributions", seen_by=SEES_EVERYTHING)
def contributions_page(view: View, *, framework: str) -> Response:
    """Which fields, programs and indicators count for which goals of a plan, and how far goals overlap."""
    plan, scope = find_plan(view.session, framework).framework, view.scope()
    matrix = kept(view.session, scope, ("matrix", plan.id), lambda: contribution_matrix(view.session, scope, plan=plan.id))
    return view.show("contributions.html", plan=_heading(plan, view.form), matrix=in_a_table(matrix, plan, view.form))


@router.page("/goals/{framework}/{goal}", seen_by=SEES_EVERYTHING)
def goal_page(view: View, *, framework: str, goal: str, forecast: str | None = None) -> Response:
    """One goal on its way: where it was, where it should be, and where it will be."""
    scope = view.scope()
    found = find_goal(view.session, goal, known_at=view.asked.known_at)
    if found.plan.framework.id != framework:
        raise NotFound(N_("goal"))
    progress = progress_of(view.session, found, scope)
    past = history_of(view.session, found, scope)
    newest = latest_forecasts(view.session, [goal], as_of=scope.as_of).get(goal)
    content, day = (newest.content, newest.as_of) if newest else (None, None)
    if forecast == "now" and past.lack is None:
        made = kept(view.session, scope, ("forecast", goal), lambda: forecast_of(view.session, found, scope)).foretold
        if made is not None:
            content, day = {name: getattr(made, name) for name in ("median", "low", "high", "chance", "method")}, scope.as_of
    (drawn,) = drawings([_way(view, progress, past, content)])
    return view.show(
        "goal.html",
        plan=_heading(found.plan.framework, view.form),
        goal=goal_line(progress, None, view.form),
        forecast=None if content is None or day is None else foretold(content, view.form.day(day), found, view.form),
        lack=no_forecast(past.lack, view.form),
        may_make=past.lack is None and forecast != "now",
        chart=drawn,
        notes=_said(view, found, past),
        about=About(None, goal, found.goal.name[view.look.language], None),
        longest=LONGEST,
        history=_targets(found, view.form),
    )


def _lines(view: View, plan: str | None) -> Mapping[str, list[GoalLine]]:
    """The goals of one plan or of all, by plan."""
    asked = view.asked
    found = all_progress(view.session, plan, as_of=asked.as_of, known_at=asked.known_at)
    newest = latest_forecasts(view.session, [each.goal.id for each in found], as_of=asked.as_of or today())
    lines: dict[str, list[GoalLine]] = {}
    for each in found:
        lines.setdefault(each.found.plan.framework.id, []).append(goal_line(each, newest.get(each.goal.id), view.form))
    return lines


def _heading(plan: Framework, form: Format) -> Mapping[str, Any]:
    return {
        "id": plan.id,
        "name": plan.name[form.language],
        "owner": plan.owner[form.language],
        "years": f"{plan.starts_on.year}–{plan.ends_on.year}",
        "source": plan.source.text[form.language],
        "url": plan.source.url,
    }


def _branch(node: Node, lines: Sequence[GoalLine], found: Mapping[str | None, Summary], plan: Framework, form: Format) -> Branch:
    kind = plan.kinds.get(node.kind) or PARTS.get(node.kind)
    missing = None if node.missing is None else node.missing[form.language]
    return Branch(
        id=node.id,
        kind=node.kind if kind is None else kind[form.language],
        name=missing or node.id if node.name is None else node.name[form.language],
        missing=missing,
        goals=[each for each in lines if each.node == node.id],
        projects=_projects(found[node.id], form) if node.id in found else None,
        parts=[_branch(child, lines, found, plan, form) for child in node.nodes],
    )


def _projects(summary: Summary, form: Format) -> str | None:
    """How the projects of a part stand, in a line; None where there are none and the plan says of none."""
    if not summary.projects and not summary.stated:
        return None
    said = []
    if summary.projects:
        said.append(form.counted(N_("{count} project"), N_("{count} projects"), summary.projects))
        states = [f"{form.text(STATES.get(state, str(state)))} {form.number(n)}" for state, n in summary.states.items()]
        said.append(", ".join(states))
    if summary.stated and summary.stated != summary.projects:
        said.append(form.text(N_("{count} by the plan"), count=form.number(summary.stated)))
    if summary.budget_won:
        said.append(form.text(N_("{amount} million won"), amount=form.number(summary.budget_won / 1_000_000)))
    if summary.late_milestones:
        said.append(form.counted(N_("{count} milestone late"), N_("{count} milestones late"), summary.late_milestones))
    if summary.reports_missing:
        said.append(form.counted(N_("{count} report missing"), N_("{count} reports missing"), summary.reports_missing))
    return " · ".join(said)


def _way(view: View, progress: Progress, past: Past, content: Mapping[str, Any] | None) -> Chart:
    goal = progress.goal
    dots = [Dot(day, past.standing[day], State.OK if past.standing[day] is not None else State.NOT_STARTED) for day in past.days]
    if not past.days or past.days[-1] < progress.scope.as_of:
        state = State.OK if progress.standing.figure is not None else State(progress.standing.state)
        dots.append(Dot(progress.scope.as_of, progress.standing.figure, state))
    ahead = None
    if content is not None:
        ahead = Band(goal.target.due_on, content["low"], content["median"], content["high"])
    unit = Unit(goal.unit) if goal.unit in set(Unit) else Unit.SEATS
    return line(
        goal.name[view.form.language],
        {"": dots},
        unit=unit,
        form=view.form,
        pace=progress.current.line,
        target=goal.target.value,
        forecast=ahead,
        notes=[Note(each.on, each.text_ko if view.form.language == "ko" else each.text_en) for each in _noted(view, progress)],
    )


def _noted(view: View, progress: Progress) -> Sequence[Any]:
    scope = progress.scope
    return notes_between(view.session, progress.goal.starts_on, scope.as_of, goal=progress.goal.id, known_at=scope.known_at)


def _said(view: View, found: FoundGoal, past: Past) -> list[str]:
    scope = view.scope()
    del past
    noted = notes_between(view.session, found.goal.starts_on, scope.as_of, goal=found.goal.id, known_at=scope.known_at)
    return [f"{view.form.day(each.on)}: {each.text_ko if view.form.language == 'ko' else each.text_en}" for each in noted]


def _targets(found: FoundGoal, form: Format) -> list[tuple[str, Sequence[str]]]:
    """Every target that the goal has had, the original one first."""
    rows: list[tuple[str, Sequence[str]]] = []
    for place, target in enumerate(found.goal.targets):
        name = form.text(N_("Original")) if place == 0 else form.text(N_("Revised"))
        value = "–" if target.value is None else amount(target.value, found.goal.unit, found.plan.framework, form)
        decided = _day(target.decided_on, form)
        why, told = (NOTHING if each is None else each[form.language] for each in (target.reason, target.statement))
        rows.append((name, [value, form.day(target.due_on), decided, why, told]))
    return rows


def _day(day: date | None, form: Format) -> str:
    return NOTHING if day is None else form.day(day)
