"""The plans whose goals are followed, as they stand or as they stood at a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.reporting.frameworks import Framework, Goal, Measure, PlannedProject
from services.reporting.tables import PLAN, PLAN_VERSION, Project
from shared.db import ReadSession, WriteSession
from shared.db.bulk import among
from shared.errors import N_, NotFound
from shared.http import Page, Rows

FRAMEWORK: Final = N_("framework")
_MOST_REMEMBERED: Final = 200
_PARSED: Final[dict[tuple[UUID, int], Framework]] = {}


@dataclass(frozen=True, slots=True)
class HeldPlan:
    """A plan with the version it is at. `edited`: it is no longer what a file of the product says."""

    id: UUID
    version: int
    edited: bool
    framework: Framework


@dataclass(frozen=True, slots=True)
class FoundGoal:
    """A goal with the plan that it belongs to."""

    goal: Goal
    plan: HeldPlan

    @property
    def measure(self) -> Measure | None:
        return None if self.goal.measure is None else self.plan.framework.measure(self.goal.measure)


def plans(session: ReadSession, *, known_at: datetime | None = None) -> list[HeldPlan]:
    """All plans in the order of their ids; with `known_at` as they stood then, or as they first came in."""
    changed = select(PLAN.c.id, PLAN.c.version, PLAN.c.edited, PLAN.c.updated_at).order_by(PLAN.c.code)
    rows = session.execute(changed).all()
    versions = {row.id: row.version for row in rows}
    if known_at is not None:
        versions |= _versions_at(session, known_at, [row.id for row in rows if row.updated_at > known_at])
    documents = _documents(session, versions)
    return [HeldPlan(row.id, versions[row.id], row.edited, documents[row.id]) for row in rows]


def find_plan(session: ReadSession, plan: str) -> HeldPlan:
    """Raises NotFound."""
    found = next((each for each in plans(session) if each.framework.id == plan), None)
    if found is None:
        raise NotFound(FRAMEWORK)
    return found


def goals(session: ReadSession, *, known_at: datetime | None = None) -> Mapping[str, FoundGoal]:
    """The goals of all plans, by id."""
    return {goal.id: FoundGoal(goal, plan) for plan in plans(session, known_at=known_at) for goal in plan.framework.goals}


def find_goal(session: ReadSession, goal_id: str, *, known_at: datetime | None = None) -> FoundGoal:
    """Raises NotFound."""
    found = goals(session, known_at=known_at).get(goal_id)
    if found is None:
        raise NotFound(N_("goal"))
    return found


def find_measure(session: ReadSession, measure_id: str) -> tuple[HeldPlan, Measure]:
    """Something observed, and the plan that defines it. Raises NotFound."""
    for plan in plans(session):
        measure = plan.framework.measure(measure_id)
        if measure is not None:
            return plan, measure
    raise NotFound(N_("measure"))


def whole_plan(session: ReadSession, plan: str) -> Framework:
    """A plan with its projects as they are planned now: what its file holds. Raises NotFound."""
    held = find_plan(session, plan)
    rows = session.scalars(select(Project).where(col(Project.plan) == plan).order_by(col(Project.code))).all()
    return held.framework.model_copy(update={"projects": [planned(row) for row in rows]})


def planned(project: Project) -> PlannedProject:
    """A project as a framework file names it."""
    owner = None if project.owner_ko is None else {"ko": project.owner_ko, "en": project.owner_en}
    return PlannedProject.model_validate({
        "id": project.code, "name": {"ko": project.name_ko, "en": project.name_en}, "node": project.node, "owner": owner,
        "budget_won": project.budget_won, "starts_on": project.starts_on, "ends_on": project.ends_on,
        "flagship": project.flagship,
        "milestones": [{"name": each["name"], "due_on": each["due_on"]} for each in project.milestones],
    })  # fmt: skip


def plan_versions(session: ReadSession, plan: str, page: Page) -> Rows[Any]:
    """A page of the changes of a plan, the oldest first. Raises NotFound."""
    row = PLAN_VERSION.c
    statement = select(row.version, row.recorded_at, row.by, row.reason).where(row.plan_id == find_plan(session, plan).id)
    return page.fetch(session, statement, key=[row.version])


def _versions_at(session: ReadSession, known_at: datetime, ids: Sequence[UUID]) -> Mapping[UUID, int]:
    if not ids:
        return {}
    row = PLAN_VERSION.c
    then = func.max(row.version).filter(row.recorded_at <= known_at)
    statement = select(row.plan_id, func.coalesce(then, func.min(row.version))).group_by(row.plan_id)
    return {found[0]: found[1] for found in session.execute(statement.where(among(session, row.plan_id, ids)))}


def _documents(session: ReadSession, versions: Mapping[UUID, int]) -> Mapping[UUID, Framework]:
    """What each plan says at its version. A version that was stored says the same for ever: it is parsed once."""
    found = {id_: _PARSED.get((id_, version)) for id_, version in versions.items()}
    known = {id_: framework for id_, framework in found.items() if framework is not None}
    missing = [id_ for id_ in found if id_ not in known]
    if missing:
        row = PLAN_VERSION.c
        among_them = among(session, row.plan_id, missing) & row.version.in_({versions[id_] for id_ in missing})
        for version in session.execute(select(row.plan_id, row.version, row.content).where(among_them)):
            if versions[version.plan_id] == version.version:
                known[version.plan_id] = Framework.model_validate(version.content)
    if not isinstance(session, WriteSession):  # what a transaction wrote itself may never be committed
        for id_ in missing:
            _remember(id_, versions[id_], known[id_])
    return known


def _remember(plan_id: UUID, version: int, framework: Framework) -> None:
    if len(_PARSED) >= _MOST_REMEMBERED:
        _PARSED.clear()
    _PARSED[plan_id, version] = framework
