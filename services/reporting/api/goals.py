"""Goals: how far they are, their targets, and what counts for which of them."""

from typing import Annotated, Final

from fastapi import Query

from services.reporting import commands
from services.reporting.api.indicators import AsOf, KnownAt
from services.reporting.api.policies import MANAGE, OVERSEE
from services.reporting.frameworks import Target
from services.reporting.queries.contributions import contribution_matrix
from services.reporting.queries.forecasts import goal_forecast, kept_forecasts, latest_forecasts
from services.reporting.queries.goals import all_progress, goal_progress
from services.reporting.queries.plans import FoundGoal, find_goal, find_plan, goals
from services.reporting.queries.values import question
from services.reporting.schemas import ForecastPublic, GoalPublic, KeptForecastPublic, MatrixPublic, ProgressPublic
from services.reporting.tables import Forecast
from shared.auth.actor import Actor
from shared.auth.policy import SIGNED_IN
from shared.clock import today
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter
from shared.http.conditional import etag

router: Final = ServiceRouter(prefix="/api/v1", tags=["goals"])
Plan = Annotated[str | None, Query(max_length=60, description="only the goals of this framework")]


@router.get("/goals", policy=SIGNED_IN, response_model=Listing[GoalPublic])
def list_goals(session: ReadSession, framework: Plan = None) -> Rows[GoalPublic]:
    """The goals of all plans, or of one."""
    chosen = [each for each in goals(session).values() if framework in (None, each.plan.framework.id)]
    return Rows([GoalPublic.of(each) for each in chosen])


@router.get("/goals/progress", policy=OVERSEE, response_model=Listing[ProgressPublic])
def list_progress(
    session: ReadSession, framework: Plan = None, as_of: AsOf = None, known_at: KnownAt = None
) -> Rows[ProgressPublic]:
    """How far every goal of a plan, or of all plans, is on a date."""
    if framework is not None:
        find_plan(session, framework)
    found = all_progress(session, framework, as_of=as_of, known_at=known_at)
    kept = latest_forecasts(session, [each.goal.id for each in found], as_of=as_of or today())
    return Rows([ProgressPublic.of(each, kept.get(each.goal.id)) for each in found])


@router.get("/goals/{goal_id}", policy=SIGNED_IN, response_model=GoalPublic)
def read_goal(goal_id: str, session: ReadSession, reply: Reply) -> GoalPublic:
    """A goal with its baseline and its targets. Its ETag is its plan's."""
    found = find_goal(session, goal_id)
    reply.etag = etag(found.plan.version)
    return GoalPublic.of(found)


@router.get("/goals/{goal_id}/progress", policy=OVERSEE, response_model=ProgressPublic)
def read_progress(goal_id: str, session: ReadSession, as_of: AsOf = None, known_at: KnownAt = None) -> ProgressPublic:
    """How far a goal is on a date, against its current and its original target, beside the time that has passed."""
    kept = latest_forecasts(session, [goal_id], as_of=as_of or today())
    return ProgressPublic.of(goal_progress(session, goal_id, as_of=as_of, known_at=known_at), kept.get(goal_id))


@router.post("/goals/{goal_id}/targets", policy=MANAGE, response_model=GoalPublic, status_code=201)
def revise_target(
    goal_id: str, body: Target, session: WriteSession, actor: Actor, *, if_match: IfMatch, reply: Reply
) -> GoalPublic:
    """Give a goal another target, with the reason and what is said of it in public. Those before it stay."""
    plan = commands.revise_target(session, goal_id, body, by=actor, expected=if_match)
    reply.etag = etag(plan.version)
    return GoalPublic.of(FoundGoal(next(goal for goal in plan.framework.goals if goal.id == goal_id), plan))


@router.get("/goals/{goal_id}/forecast", policy=OVERSEE, response_model=ForecastPublic)
def read_forecast(goal_id: str, session: ReadSession, as_of: AsOf = None, known_at: KnownAt = None) -> ForecastPublic:
    """Where the goal will be when it is due: median, 80 % interval, the chance of reaching it, the method and its past error.

    With too little to go by it says so and guesses nothing. Takes a second or two.
    """
    return ForecastPublic.of(goal_forecast(session, goal_id, as_of=as_of, known_at=known_at))


@router.get("/goals/{goal_id}/forecasts", policy=OVERSEE, response_model=Listing[KeptForecastPublic])
def list_forecasts(goal_id: str, session: ReadSession, page: Page) -> Rows[Forecast]:
    """What was foretold of the goal at the ends of earlier months."""
    return kept_forecasts(session, goal_id, page)


@router.get("/contributions", policy=OVERSEE, response_model=MatrixPublic)
def read_contributions(
    session: ReadSession, framework: Plan = None, as_of: AsOf = None, known_at: KnownAt = None
) -> MatrixPublic:
    """Which programs, fields and indicators count for which goals, how far goals overlap, and how many there are in all."""
    if framework is not None:
        find_plan(session, framework)
    return MatrixPublic.of(contribution_matrix(session, question(session, as_of=as_of, known_at=known_at), plan=framework))
