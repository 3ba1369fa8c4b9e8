"""Plans come in, from files and over the API, and their targets are revised. Every change is kept with its reason."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import select
from sqlmodel import col

from services.reporting.commands.projects import take_in_projects
from services.reporting.frameworks import Framework, Goal, Target, field_names, files
from services.reporting.frameworks.checking import Surroundings, problems
from services.reporting.frameworks.parts import Number
from services.reporting.queries.plans import FRAMEWORK, HeldPlan, find_goal
from services.reporting.tables import PLAN, Plan, PlanVersion, Restatement
from shared import clock
from shared.auth.actor import Actor
from shared.contracts.reporting import PlanChanged, PlanEvent, PlanPublished, TargetRevised
from shared.db import Database, WriteSession
from shared.errors import N_, Conflict, FieldError, Invalid, NotFound
from shared.events.outbox import emit
from shared.versions import check_version

log = structlog.get_logger()
SYSTEM: Final = Actor.system("reporting")


class PlanExists(Conflict):
    code = "plan_exists"
    title = N_("There is such a plan")
    detail = N_("A plan of this id is there already. Replace it instead.")


def load_plans(db: Database, *, paths: Sequence[Path] | None = None) -> int:
    """Take in the framework files that changed since they were last read, and return how many. Raises FrameworkError.

    A file whose fingerprint is known is not parsed; one whose plan was edited here does not replace it. Safe on several
    machines at once: whoever has the turn does it for all.
    """
    contents = {path: path.read_bytes() for path in (files.shipped() if paths is None else paths)}
    hashes = {path: files.fingerprint(content) for path, content in contents.items()}
    with db.read() as session:
        known = {row.code: row.file_hash for row in session.execute(select(PLAN.c.code, PLAN.c.file_hash))}
    changed = {path: digest for path, digest in hashes.items() if known.get(path.stem) != digest}
    if not changed:
        return 0
    documents = {path: files.read_file(path, digest) for path, digest in changed.items()}

    def unit(session: WriteSession) -> int:
        with db.claim(session, "reporting.plans") as free:
            return sum(_load(session, documents[path], changed[path]) for path in documents) if free else 0

    return db.run(unit, idempotent=True)


def publish_plan(session: WriteSession, framework: Framework, *, by: Actor, file_hash: str | None = None) -> Plan:
    """Take in a plan that is not there yet. Raises PlanExists, and Invalid with the place of what is wrong."""
    held = _all(session)
    if any(plan.code == framework.id for plan in held):
        raise PlanExists
    _check(framework, held)
    plan = Plan(code=framework.id, content={}, file_hash=file_hash)
    session.add(plan)
    session.flush()
    _store(session, plan, framework, by=by, event=PlanPublished)
    take_in_projects(session, framework, framework.projects, by=by)
    return plan


def replace_plan(
    session: WriteSession, code: str, framework: Framework, *, by: Actor, expected: int | None, reason: str | None = None
) -> Plan:
    """Replace what a plan says. The same again changes nothing. Raises NotFound, Stale, and Invalid.

    Targets that were published stay: their numbers and dates are only ever added to.
    """
    held = _all(session)
    plan = _locked(held, code)
    check_version(plan, expected)
    if framework.id != code:
        raise Invalid(FieldError("/id", "other_id", N_("Must be {expected}."), {"expected": code}))
    before = _framework(plan)
    _check(framework, [each for each in held if each.code != code])
    _check_targets(before, framework)
    take_in_projects(session, framework, framework.projects, by=by)
    if before.model_copy(update={"projects": []}) != framework.model_copy(update={"projects": []}):
        plan.edited = True
        _store(session, plan, framework, by=by, event=PlanChanged, reason=reason)
    return plan


def revise_target(session: WriteSession, goal_id: str, target: Target, *, by: Actor, expected: int | None = None) -> HeldPlan:
    """Give a goal another target: it is added to those before it, with its reason. Raises NotFound, Stale, and Invalid."""
    found = find_goal(session, goal_id)
    plan = _locked(_all(session), found.plan.framework.id)
    check_version(plan, expected)
    before = _framework(plan)
    goal = next(each for each in before.goals if each.id == goal_id)
    _check_revision(goal, target)
    revised = goal.model_copy(update={"targets": [*goal.targets, target]})
    goals = [revised if each.id == goal_id else each for each in before.goals]
    framework = before.model_copy(update={"goals": goals})
    plan.edited = True
    session.add(_restatement(framework, goal, target, by))
    _keep(plan, framework)
    emit(session, plan, _revised(plan, framework, goal, target))
    _version(session, plan, by=by, reason=target.reason.en if target.reason else None)
    return HeldPlan(plan.id, plan.version, plan.edited, framework)


def _load(session: WriteSession, framework: Framework, digest: str) -> bool:
    held = _all(session)
    plan = next((each for each in held if each.code == framework.id), None)
    if plan is None:
        publish_plan(session, framework, by=SYSTEM, file_hash=digest)
        return True
    plan.file_hash = digest
    if plan.edited:
        log.warning("plan_kept", plan=framework.id, reason="it was edited here; the product's file does not replace it")
        return False
    _check(framework, [each for each in held if each is not plan])
    take_in_projects(session, framework, framework.projects, by=SYSTEM)
    if _framework(plan) != framework.model_copy(update={"projects": []}):
        _store(session, plan, framework, by=SYSTEM, event=PlanChanged)
    return True


def _all(session: WriteSession) -> Sequence[Plan]:
    """Every plan, locked: that ids are unique among them holds while one of them changes."""
    return session.scalars(select(Plan).order_by(col(Plan.code)).with_for_update()).all()


def _locked(held: Sequence[Plan], code: str) -> Plan:
    found = next((plan for plan in held if plan.code == code), None)
    if found is None:
        raise NotFound(FRAMEWORK)
    return found


def _framework(plan: Plan) -> Framework:
    return Framework.model_validate(plan.content)


def _check(framework: Framework, others: Sequence[Plan]) -> None:
    known = [_framework(plan) for plan in others]
    goals = {goal.id for each in known for goal in each.goals}
    measures = {measure.id for each in known for measure in each.measures}
    found = problems(framework, Surroundings(goals, measures, field_names()))
    if found:
        raise Invalid(*found)


def _check_targets(before: Framework, after: Framework) -> None:
    """What was published stays published: no target's number or date changes, and none is left out."""
    kept = {goal.id: goal for goal in after.goals}
    places = {goal.id: place for place, goal in enumerate(after.goals)}
    errors = []
    for goal in before.goals:
        now = kept.get(goal.id)
        if now is None:
            message = N_("A goal that was published stays: {goal} is missing.")
            errors.append(FieldError("/goals", "goal_missing", message, {"goal": goal.id}))
        elif [_said(target) for target in now.targets[: len(goal.targets)]] != [_said(target) for target in goal.targets]:
            message = N_("Targets that were published stay as they are; a revision is added after them.")
            errors.append(FieldError(f"/goals/{places[goal.id]}/targets", "target_history", message))
    if errors:
        raise Invalid(*errors)


def _said(target: Target) -> tuple[Number | None, date]:
    return target.value, target.due_on


def _check_revision(goal: Goal, target: Target) -> None:
    if target.reason is None:
        raise Invalid(FieldError("/reason", "reason_required", N_("A target that replaces another needs its reason.")))
    if target.value is None:
        raise Invalid(FieldError("/value", "required", N_("This is required.")))
    if target.due_on < goal.starts_on:
        raise Invalid(FieldError("/due_on", "due_before_start", N_("A target is due before the goal starts.")))
    start = goal.baseline.value
    if start is not None and (target.value == start or (target.value > start) != (goal.direction == "higher")):
        message = N_("A target must be {direction} than the baseline.")
        raise Invalid(FieldError("/value", "wrong_direction", message, {"direction": str(goal.direction)}))
    if _said(target) == _said(goal.target):
        raise Invalid(FieldError("/value", "same_target", N_("This is the target that there is.")))


def _store(
    session: WriteSession, plan: Plan, framework: Framework, *, by: Actor, event: type[PlanEvent], reason: str | None = None
) -> None:
    _keep(plan, framework)
    emit(session, plan, event(plan_id=plan.id, plan=plan.code, goals=[goal.id for goal in framework.goals]))
    _version(session, plan, by=by, reason=reason)


def _keep(plan: Plan, framework: Framework) -> None:
    """Projects are kept as rows of their own, not in the plan's content."""
    plan.content = dict(framework.model_copy(update={"projects": []}).content())
    plan.updated_at = clock.now()


def _version(session: WriteSession, plan: Plan, *, by: Actor, reason: str | None) -> None:
    session.add(
        PlanVersion(
            plan_id=plan.id,
            version=plan.version,
            recorded_at=plan.updated_at,
            by=by.subject,
            reason=reason,
            content=plan.content,
        )
    )


def _restatement(framework: Framework, goal: Goal, target: Target, by: Actor) -> Restatement:
    assert target.reason is not None
    said = target.statement
    return Restatement(
        kind="target",
        plan=framework.id,
        subject=goal.id,
        period=str(target.due_on),
        before=goal.target.value,
        after=target.value,
        reason=_both(target.reason.ko, target.reason.en),
        statement=None if said is None else _both(said.ko, said.en),
        by=by.subject,
    )


def _both(korean: str, english: str) -> str:
    return f"{korean} / {english}"[:2000]


def _revised(plan: Plan, framework: Framework, goal: Goal, target: Target) -> TargetRevised:
    assert target.value is not None
    return TargetRevised(
        plan_id=plan.id,
        plan=plan.code,
        goals=[each.id for each in framework.goals],
        goal=goal.id,
        value=target.value,
        due_on=target.due_on,
        before=goal.target.value,
        before_due_on=goal.target.due_on,
    )
