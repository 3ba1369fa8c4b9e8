"""Goals: the plans they come from, and how far they are."""

from typing import Final

from services.reporting.api.indicators import AsOf, KnownAt
from services.reporting.frameworks import frameworks
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.queries.goals import find_framework, find_goal, framework_of, goal_progress
from services.reporting.schemas import FrameworkPublic, GoalPublic, ProgressPublic
from shared.auth.policy import SIGNED_IN, allow
from shared.db import ReadSession
from shared.http import Listing, Rows, ServiceRouter

router: Final = ServiceRouter(prefix="/api/v1", tags=["goals"])


@router.get("/frameworks", policy=SIGNED_IN, response_model=Listing[FrameworkPublic])
def list_frameworks() -> Rows[FrameworkPublic]:
    """The plans whose goals are followed here."""
    return Rows([FrameworkPublic.of(framework) for framework in frameworks().values()])


@router.get("/frameworks/{framework_id}", policy=SIGNED_IN, response_model=FrameworkPublic)
def read_framework(framework_id: str) -> FrameworkPublic:
    """A plan with its goals, each number with its source."""
    return FrameworkPublic.of(find_framework(framework_id))


@router.get("/goals", policy=SIGNED_IN, response_model=Listing[GoalPublic])
def list_goals() -> Rows[GoalPublic]:
    """The goals of all plans."""
    return Rows([GoalPublic.of(goal, framework=plan.id) for plan in frameworks().values() for goal in plan.goals])


@router.get("/goals/{goal_id}", policy=SIGNED_IN, response_model=GoalPublic)
def read_goal(goal_id: str) -> GoalPublic:
    """A goal with its baseline and its targets."""
    return GoalPublic.of(find_goal(goal_id), framework=framework_of(goal_id).id)


@router.get("/goals/{goal_id}/progress", policy=allow(*SEES_EVERYTHING), response_model=ProgressPublic)
def read_progress(goal_id: str, session: ReadSession, as_of: AsOf = None, known_at: KnownAt = None) -> ProgressPublic:
    """How far a goal is on a date, against its current and its original target."""
    return ProgressPublic.of(goal_progress(session, goal_id, as_of=as_of, known_at=known_at))
