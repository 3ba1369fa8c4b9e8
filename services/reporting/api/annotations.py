"""Notes on days over HTTP."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query

from services.reporting import commands
from services.reporting.api.policies import MANAGE, OVERSEE
from services.reporting.queries import annotations as queries
from services.reporting.schemas.annotations import AnnotationCreate, AnnotationPublic
from services.reporting.tables import Annotation
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import Listing, Page, Reply, Rows, ServiceRouter

router: Final = ServiceRouter(prefix="/api/v1/annotations", tags=["annotations"])
Named = Annotated[str | None, Query(max_length=60)]


@router.get("", policy=OVERSEE, response_model=Listing[AnnotationPublic])
def list_annotations(session: ReadSession, page: Page, *, indicator: Named = None, goal: Named = None) -> Rows[Annotation]:
    """What is noted of days, the earliest first; with `indicator` or `goal` what is noted of these."""
    return queries.annotations(session, page, indicator=indicator, goal=goal)


@router.post("", policy=MANAGE, response_model=AnnotationPublic, status_code=201)
def add_annotation(body: AnnotationCreate, session: WriteSession, actor: Actor, reply: Reply) -> Annotation:
    """Note what happened on a day: it is shown with every chart that has the day in it."""
    row = commands.add_annotation(session, **body.model_dump(), by=actor)
    reply.located(f"/api/v1/annotations/{row.id}")
    return row


@router.get("/{annotation_id}", policy=OVERSEE, response_model=AnnotationPublic)
def read_annotation(annotation_id: UUID, session: ReadSession) -> Annotation:
    return queries.find_annotation(session, annotation_id)


@router.delete("/{annotation_id}", policy=MANAGE)
def remove_annotation(annotation_id: UUID, session: WriteSession, actor: Actor) -> None:
    """Show a note no longer. Who asks for figures as they were known before still sees it."""
    commands.remove_annotation(session, annotation_id, by=actor)
