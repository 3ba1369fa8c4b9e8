"""Notes on days: added, and taken away again."""

from datetime import date
from uuid import UUID

from sqlmodel import col, select

from services.reporting.indicators import current
from services.reporting.queries.annotations import ANNOTATION
from services.reporting.queries.plans import goals
from services.reporting.tables import Annotation
from shared.auth.actor import Actor
from shared.clock import now
from shared.contracts.reporting import AnnotationAdded, AnnotationEvent, AnnotationRemoved
from shared.db import WriteSession
from shared.errors import N_, FieldError, Invalid, NotFound
from shared.events.outbox import emit

_NO_SUCH = N_("There is none of this name.")


def add_annotation(
    session: WriteSession, *, on: date, text_ko: str, text_en: str, indicator: str | None, goal: str | None, by: Actor
) -> Annotation:
    """Note what happened on a day. Raises Invalid for an indicator or a goal that there is not."""
    wrong = {"/indicator": indicator is not None and indicator not in current()}
    wrong["/goal"] = goal is not None and goal not in goals(session)
    errors = [FieldError(pointer, "unknown_reference", _NO_SUCH) for pointer, is_wrong in wrong.items() if is_wrong]
    if errors:
        raise Invalid(*errors)
    row = Annotation(on=on, text_ko=text_ko, text_en=text_en, indicator=indicator, goal=goal, by=by.subject)
    session.add(row)
    _emit(session, row, AnnotationAdded)
    return row


def remove_annotation(session: WriteSession, annotation_id: UUID, *, by: Actor) -> None:
    """Show a note no longer; one that was removed stays so. Raises NotFound."""
    found = session.scalars(select(Annotation).where(col(Annotation.id) == annotation_id).with_for_update()).first()
    if found is None:
        raise NotFound(ANNOTATION)
    if found.removed_at is None:
        found.removed_at, found.removed_by = now(), by.subject
        _emit(session, found, AnnotationRemoved)


def _emit(session: WriteSession, row: Annotation, kind: type[AnnotationEvent]) -> None:
    emit(session, row, kind(annotation_id=row.id, on=row.on, indicator=row.indicator, goal=row.goal))
