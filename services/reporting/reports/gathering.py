"""Collects the figures of a report: goals with their pace, indicators over time, by field and by university."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from services.reporting.domain.periods import Period
from services.reporting.domain.periods import last_days as ends_of_quarters
from services.reporting.domain.values import Unit
from services.reporting.frameworks import Goal, Node, field_names
from services.reporting.indicators import Indicator, Scope, current
from services.reporting.queries.annotations import all_notes_between
from services.reporting.queries.forecasts import latest_forecasts
from services.reporting.queries.goals import Progress, all_progress
from services.reporting.queries.measuring import standing_on
from services.reporting.queries.plans import goals, plans
from services.reporting.queries.rolled import is_complete
from services.reporting.queries.series import series_of
from services.reporting.queries.values import question, value_of, values_by
from services.reporting.reports.asking import Wish
from services.reporting.reports.canonical import checksum
from services.reporting.schemas import IndicatorPublic, ProgressPublic, ValuePublic
from services.reporting.schemas.series import PointPublic
from services.reporting.tables import COMPANY, PROGRAM, UNIVERSITY
from shared.db import ReadSession
from shared.errors import NotFound

HEADLINE: Final = ("future-talent-city-daegu-talents", "future-talent-city-daegu-jobs")
CORE: Final = (
    "talents_trained",
    "jobs_created",
    "competition_ratio",
    "completion_rate",
    "dropout_rate",
    "employment_rate_completers",
    "employment_rate_6m",
    "retention_6m",
    "local_settlement_rate",
    "in_field_rate",
    "seats_posted",
    "fill_rate",
)
BY: Final = ("field", "university_id")
_MONTHS: Final = 13
_QUARTERS: Final = 25

Content = dict[str, Any]
"""A report without a language: plain JSON. `report` says what it is about; `goals`, `indicators`, `names` are its figures."""


def gather(session: ReadSession, wished: Wish) -> Content:
    """Everything that a report says, counted from the facts as they were known at the moment that is asked for.

    Raises NotFound, and Invalid as `question` does.
    """
    scope = _scope(session, wished)
    plan = next((each for each in plans(session, known_at=wished.known_at) if each.framework.id == wished.framework), None)
    if plan is None:
        raise NotFound("framework")
    framework = plan.framework
    content: Content = {
        "report": {
            "framework": framework.id,
            "framework_version": plan.version,
            "name": framework.name.model_dump(),
            "owner": framework.owner.model_dump(),
            "source": framework.source.model_dump(mode="json"),
            "period": wished.period,
            "as_of": wished.as_of.isoformat(),
            "known_at": wished.known_at.isoformat(),
            "filters": wished.filters,
        },
        "tree": [_node(node, framework.goals) for node in framework.nodes],
        "goals": _goals(session, wished, newest=scope.newest),
        "indicators": [_indicator(session, each, scope) for each in _wanted(framework.goals)],
        "names": _names(session, scope.generation),
    }
    content["notes"] = _notes(session, wished, content)
    content["checksum"] = checksum(content)
    return content


def _scope(session: ReadSession, wished: Wish) -> Scope:
    """From rollups where it is about what is known now and they hold all of it; else counted from the facts."""
    if wished.latest:
        scope = replace(question(session, as_of=wished.as_of, only=wished.only), known_at=wished.known_at)
        if is_complete(session, scope):
            return scope
    return question(session, as_of=wished.as_of, known_at=wished.known_at, only=wished.only)


def _wanted(goals_: Sequence[Goal]) -> list[Indicator]:
    """What the plan's goals are measured by, then what every report tells."""
    named = dict.fromkeys([*(goal.indicator for goal in goals_ if goal.indicator), *CORE])
    return [current()[name] for name in named]


def _goals(session: ReadSession, wished: Wish, *, newest: bool) -> list[dict[str, Any]]:
    """Both big goals first, then those of the plan."""
    asked: dict[str, Any] = {"as_of": wished.as_of, "known_at": None if newest else wished.known_at}
    found = {each.goal.id: each for each in all_progress(session, wished.framework, **asked)}
    known = goals(session, known_at=wished.known_at)
    beside = {known[id_].plan.framework.id for id_ in HEADLINE if id_ in known and id_ not in found}
    for plan in beside:
        found |= {each.goal.id: each for each in all_progress(session, plan, **asked) if each.goal.id in HEADLINE}
    order = [*(id_ for id_ in HEADLINE if id_ in found), *(id_ for id_ in found if id_ not in HEADLINE)]
    kept = latest_forecasts(session, order, as_of=wished.as_of)
    kept = {id_: row for id_, row in kept.items() if row.made_at <= wished.known_at}
    return [_goal(session, found[id_], kept.get(id_)) for id_ in order]


def _goal(session: ReadSession, progress: Progress, kept: Any) -> dict[str, Any]:
    goal, headline = progress.goal, progress.goal.id in HEADLINE
    public = ProgressPublic.of(progress, kept).model_dump(mode="json")
    days = _quarter_ends(goal.starts_on, progress.scope.as_of) if headline else []
    past = standing_on(session, goal, progress.scope, days)
    return {
        **public,
        "name": goal.name.model_dump(),
        "counting": goal.counting.model_dump(),
        "owner": None if goal.owner is None else goal.owner.model_dump(),
        "node": goal.node,
        "plan": progress.found.plan.framework.id,
        "plan_name": progress.found.plan.framework.name.model_dump(),
        "unit_name": _unit_name(progress),
        "headline": headline,
        "past": [{"on": day.isoformat(), "value": past[day]} for day in days],
    }


def _unit_name(progress: Progress) -> Mapping[str, str] | None:
    named = progress.found.plan.framework.units.get(progress.goal.unit)
    return None if named is None or progress.goal.unit in set(Unit) else named.model_dump()


def _indicator(session: ReadSession, indicator: Indicator, scope: Scope) -> dict[str, Any]:
    """An indicator, narrowed to what it can be narrowed to: `not_narrowed` are the filters that it does not have."""
    lacking = sorted(name for name in scope.only if name not in indicator.dimensions)
    narrowed = replace(scope, only={name: member for name, member in scope.only.items() if name in indicator.dimensions})
    starts_on = (narrowed.as_of.replace(day=1) - timedelta(days=365)).replace(day=1)
    series = series_of(session, indicator, narrowed, by=["month"], starts_on=starts_on)
    return {
        "definition": IndicatorPublic.of(indicator).model_dump(mode="json"),
        "value": ValuePublic.of(value_of(session, indicator, narrowed)).model_dump(mode="json"),
        "series": [PointPublic.of(point).model_dump(mode="json") for point in series.points[-_MONTHS:]],
        "by": {name: _broken_down(session, indicator, narrowed, name) for name in BY if name in indicator.dimensions},
        "not_narrowed": lacking,
    }


def _broken_down(session: ReadSession, indicator: Indicator, scope: Scope, dimension: str) -> list[dict[str, Any]]:
    found = values_by(session, indicator, replace(scope, by=(dimension,)))
    shown = [ValuePublic.of(value).model_dump(mode="json") for value in found]
    for value in shown:
        value["dimensions"] = {dimension: None, **value["dimensions"]}
    return [{name: value[name] for name in PointPublic.model_fields} for value in shown]


def _notes(session: ReadSession, wished: Wish, content: Content) -> list[dict[str, Any]]:
    """What was noted of the days that the charts show: of everything, or of a goal or an indicator that is told of."""
    drawn = [step["on"] for goal in content["goals"] for step in goal["past"]]
    drawn += [point["as_of"] for each in content["indicators"] for point in each["series"]]
    told = {goal["goal"] for goal in content["goals"]} | {each["definition"]["id"] for each in content["indicators"]}
    first = min((date.fromisoformat(day) for day in drawn), default=wished.as_of)
    return [
        {
            "on": row.on.isoformat(),
            "text": {"ko": row.text_ko, "en": row.text_en},
            "goal": row.goal,
            "indicator": row.indicator,
        }
        for row in all_notes_between(session, first, wished.as_of, known_at=wished.known_at)
        if (row.goal or row.indicator) in (None, *told)
    ]


def _quarter_ends(starts_on: date, as_of: date) -> list[date]:
    """The ends of the quarters since, the newest twenty-four, and the day itself."""
    days = [*ends_of_quarters(Period.QUARTER, starts_on=starts_on, ends_on=as_of).values()] if starts_on <= as_of else []
    return days[-_QUARTERS:]


def _node(node: Node, all_goals: Sequence[Goal]) -> dict[str, Any]:
    return {
        "id": node.id,
        "name": None if node.name is None else node.name.model_dump(),
        "missing": None if node.missing is None else node.missing.model_dump(),
        "goals": [goal.id for goal in all_goals if goal.node == node.id],
        "nodes": [_node(child, all_goals) for child in node.nodes],
    }


def _names(session: ReadSession, generation: int) -> dict[str, dict[str, dict[str, str]]]:
    """What the members of dimensions are called. Organisations and programs, no persons."""
    found = {"field": {code: {"ko": name.ko, "en": name.en} for code, name in field_names().items()}}
    for name, table in (("university_id", UNIVERSITY), ("company_id", COMPANY), ("program_id", PROGRAM)):
        if name == "university_id":
            rows = session.execute(
                select(table.c[name], table.c.name_ko, table.c.name_en).where(table.c.generation == generation)
            )
            found[name] = {str(row[0]): {"ko": row.name_ko, "en": row.name_en} for row in rows}
    return found
