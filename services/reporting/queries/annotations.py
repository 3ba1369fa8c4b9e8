"""What was noted of days."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from services.reporting.tables import Annotation
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http import Page, Rows

ANNOTATION: Final = N_("annotation")
MOST: Final = 20
MOST_LISTED: Final = 200
MOST_IN_ALL: Final = 200


def annotations(session: ReadSession, page: Page, *, indicator: str | None, goal: str | None) -> Rows[Annotation]:
    """A page of the notes that are shown, by day."""
    statement = select(Annotation).where(col(Annotation.removed_at).is_(None))
    for column, wanted in ((Annotation.indicator, indicator), (Annotation.goal, goal)):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    return page.fetch(session, statement, key=[col(Annotation.on), col(Annotation.id)])


def find_annotation(session: ReadSession, annotation_id: UUID) -> Annotation:
    """Raises NotFound."""
    found = session.get(Annotation, annotation_id)
    if found is None or found.removed_at is not None:
        raise NotFound(ANNOTATION)
    return found


def recent_notes(session: ReadSession, *, indicator: str | None, goal: str | None) -> Sequence[Annotation]:
    """The notes that are shown, those of the latest days; of one indicator or goal, if it is named, with those on everything."""
    row = Annotation
    shown: list[ColumnElement[bool]] = [col(row.removed_at).is_(None)]
    if indicator is not None or goal is not None:
        on_it = col(row.indicator) == indicator if goal is None else col(row.goal) == goal
        shown.append(on_it | (col(row.indicator).is_(None) & col(row.goal).is_(None)))
    return session.scalars(select(row).where(*shown).order_by(col(row.on).desc(), col(row.id)).limit(MOST_LISTED)).all()


def notes_between(
    session: ReadSession, first: date, last: date, *, indicator: str | None = None, goal: str | None = None, known_at: datetime
) -> Sequence[Annotation]:
    """What is shown where this is drawn between two days: notes on it and notes on everything, the newest twenty by day.

    As it was known at a moment: what was added later is not there, what was removed later still is.
    """
    row = Annotation
    of_it = (col(row.indicator).is_(None) & col(row.goal).is_(None)) | (
        col(row.indicator) == indicator if goal is None else col(row.goal) == goal
    )
    statement = select(row).where(of_it, *_known(first, last, known_at))
    newest = session.scalars(statement.order_by(col(row.on).desc(), col(row.id)).limit(MOST)).all()
    return newest[::-1]


def all_notes_between(session: ReadSession, first: date, last: date, *, known_at: datetime) -> Sequence[Annotation]:
    """Notes on whatever, by day, as they were known at a moment: the newest of a long time."""
    row = Annotation
    statement = select(row).where(*_known(first, last, known_at)).order_by(col(row.on).desc(), col(row.id))
    return session.scalars(statement.limit(MOST_IN_ALL)).all()[::-1]


def _known(first: date, last: date, known_at: datetime) -> tuple[ColumnElement[bool], ...]:
    row = Annotation
    there = col(row.removed_at).is_(None) | (col(row.removed_at) > known_at)
    return col(row.on).between(first, last), col(row.created_at) <= known_at, there
