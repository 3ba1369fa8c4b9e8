"""What is observed: values with evidence, their approval, locked periods, and what was restated."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from services.reporting import commands
from services.reporting.api.policies import CLOSE, DECIDE, MANAGE, OVERSEE
from services.reporting.domain.observing import PERIOD_FORM, ObservationState
from services.reporting.queries import observations as queries
from services.reporting.schemas import (
    Decision,
    LockReason,
    ObservationChange,
    ObservationCreate,
    ObservationPublic,
    PeriodPublic,
    RestatementPublic,
    Return,
    UnlockReason,
)
from services.reporting.schemas.forms import IS_PERIOD
from services.reporting.tables import Observation, PeriodLock, Restatement
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter, Upload

router: Final = ServiceRouter(prefix="/api/v1", tags=["observations"])
LARGEST: Final = 10 * 1024 * 1024
EVIDENCE: Final = (
    "application/pdf", "image/png", "image/jpeg", "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "multipart/form-data",
)  # fmt: skip
ThePeriod = Annotated[str, Path(pattern=PERIOD_FORM, description="2026, 2026-Q3 or 2026-09"), IS_PERIOD]
Short = Annotated[str | None, Query(max_length=60)]


@router.get("/observations", policy=OVERSEE, response_model=Listing[ObservationPublic])
def list_observations(
    session: ReadSession,
    page: Page,
    *,
    framework: Short = None,
    measure: Short = None,
    period: Annotated[str | None, Query(pattern=PERIOD_FORM), IS_PERIOD] = None,
    state: ObservationState | None = None,
) -> Rows[Observation]:
    """Values that were reported, by measure and period."""
    return queries.observations(session, page, plan=framework, measure=measure, period=period, state=state)


@router.post("/observations", policy=MANAGE, response_model=ObservationPublic, status_code=201)
def submit_observation(body: ObservationCreate, session: WriteSession, actor: Actor, reply: Reply) -> Observation:
    """Report a value. It counts once somebody else approves it."""
    found = commands.submit_observation(session, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/observations/{found.id}")
    return found


@router.get("/observations/{observation_id}", policy=OVERSEE, response_model=ObservationPublic)
def read_observation(observation_id: UUID, session: ReadSession) -> Observation:
    return queries.find_observation(session, observation_id)


@router.patch("/observations/{observation_id}", policy=MANAGE, response_model=ObservationPublic)
def resubmit_observation(
    observation_id: UUID, body: ObservationChange, session: WriteSession, actor: Actor, *, if_match: IfMatch
) -> Observation:
    """Change a value that waits or was returned, and hand it in again."""
    said = body.model_dump(exclude_unset=True)
    changes = {name: value for name, value in said.items() if value is not None or name != "value"}
    return commands.resubmit_observation(session, observation_id, changes=changes, expected=if_match, by=actor)


@router.post("/observations/{observation_id}/approval", policy=DECIDE, response_model=ObservationPublic)
def approve_observation(
    observation_id: UUID, body: Decision, session: WriteSession, actor: Actor, *, if_match: IfMatch
) -> Observation:
    """Let a value count. 403 for who submitted it; 422 without evidence."""
    return commands.approve_observation(session, observation_id, note=body.note, expected=if_match, by=actor)


@router.post("/observations/{observation_id}/return", policy=DECIDE, response_model=ObservationPublic)
def return_observation(
    observation_id: UUID, body: Return, session: WriteSession, actor: Actor, *, if_match: IfMatch
) -> Observation:
    """Send a value back, with what is wrong with it."""
    return commands.return_observation(session, observation_id, note=body.note, expected=if_match, by=actor)


@router.put(
    "/observations/{observation_id}/evidence",
    policy=MANAGE,
    response_model=ObservationPublic,
    consumes=EVIDENCE,
    max_body=LARGEST,
)
def attach_evidence(observation_id: UUID, upload: Upload, session: WriteSession, actor: Actor) -> Observation:
    """Attach the file that shows a value that waits."""
    return commands.attach_evidence(session, observation_id, upload, by=actor)


@router.get("/observations/{observation_id}/evidence", policy=OVERSEE, produces="application/octet-stream")
def read_evidence(observation_id: UUID, session: ReadSession) -> Response:
    """The file that shows a value, to be saved."""
    found = queries.evidence_of(session, observation_id)
    headers = {"Content-Disposition": 'attachment; filename="evidence"', "X-Content-Type-Options": "nosniff"}
    return Response(found.content, media_type=found.content_type, headers=headers)


@router.get("/periods", policy=OVERSEE, response_model=Listing[PeriodPublic])
def list_periods(session: ReadSession, page: Page) -> Rows[PeriodLock]:
    """The periods that are locked or were."""
    return queries.locks(session, page)


@router.get("/periods/{period}", policy=OVERSEE, response_model=PeriodPublic)
def read_period(period: ThePeriod, session: ReadSession) -> PeriodLock:
    return queries.find_lock(session, period)


@router.post("/periods/{period}/lock", policy=CLOSE, response_model=PeriodPublic)
def lock_period(period: ThePeriod, body: LockReason, session: WriteSession, actor: Actor) -> PeriodLock:
    """Lock a period and all that lies in it: nothing about it changes any more, but by restatement."""
    return commands.lock_period(session, period, locked=True, reason=body.reason, by=actor)


@router.post("/periods/{period}/unlock", policy=CLOSE, response_model=PeriodPublic)
def unlock_period(period: ThePeriod, body: UnlockReason, session: WriteSession, actor: Actor) -> PeriodLock:
    """Unlock a period, with the reason."""
    return commands.lock_period(session, period, locked=False, reason=body.reason, by=actor)


@router.get("/changes", policy=OVERSEE, response_model=Listing[RestatementPublic])
def list_restatements(session: ReadSession, page: Page, *, subject: Short = None, framework: Short = None) -> Rows[Restatement]:
    """Published numbers that were replaced: observed values and targets, with the reason and the public statement."""
    return queries.restatements(session, page, subject=subject, plan=framework)
