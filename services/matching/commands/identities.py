"""Two persons turn out to be one human, or one to be two after all: candidates and placements follow, and can go back."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from services.matching.commands.history import Told, record
from services.matching.commands.mismatches import Book
from services.matching.commands.profiles import forget_declared, take_over
from services.matching.domain.mismatches import Code
from services.matching.domain.placements import overlap_full_time
from services.matching.tables import Candidate, FollowUp, Identity, Mismatch, Placement
from shared.auth.actor import Actor
from shared.contracts.matching import PlacementMovedToPerson
from shared.db import WriteSession

_BY: Final = Actor.system("matching").subject


def count_person_as(session: WriteSession, person_id: UUID, *, survivor_id: UUID, on: date) -> None:
    """From now on everything that was said of `person_id` is `survivor_id`'s. Repeating it changes nothing.

    Two full-time placements that overlap since become a mismatch for the program; none is ended by a machine. A refusal of
    automated matching and a parking go along, since they are one human's word.
    """
    _remember(session, person_id, survivor_id)
    session.execute(
        update(Candidate).where(_said_of(Candidate, person_id)).values(person_id=survivor_id, said_person_id=person_id)
    )
    _move_placements(session, person_id, survivor_id, on=on)
    if survivor_id != person_id:
        take_over(session, survivor_id, of=person_id)


def erase_declared(session: WriteSession, person_id: UUID) -> None:
    """A person's data was destroyed: what was declared of them goes too. Placements stay, of an id that names nobody."""
    forget_declared(session, person_id)


def _remember(session: WriteSession, person_id: UUID, survivor_id: UUID) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Identity).values(person_id=person_id, survivor_id=survivor_id)
    session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_={"survivor_id": survivor_id}))


def _said_of(table: Any, person_id: UUID) -> ColumnElement[bool]:
    """Rows that were first said of a person. Rows of earlier releases do not say: theirs is the person that they name."""
    said, named = col(table.said_person_id), col(table.person_id)
    return or_(said == person_id, and_(said.is_(None), named == person_id))


def _move_placements(session: WriteSession, person_id: UUID, survivor_id: UUID, *, on: date) -> None:
    """Both persons' placements are locked, in the order of ids, as every change of a person's placements does."""
    concerned = or_(_said_of(Placement, person_id), col(Placement.person_id) == survivor_id)
    locked = select(Placement).where(concerned).order_by(col(Placement.id)).with_for_update()
    found = session.scalars(locked.execution_options(populate_existing=True)).all()
    moved = [each for each in found if (each.said_person_id or each.person_id) == person_id and each.person_id != survivor_id]
    for placement in moved:
        before, placement.person_id, placement.said_person_id = placement.person_id, survivor_id, person_id
        told = Told(max(on, placement.stepped_on), None, recorded_by=_BY)
        record(session, placement, PlacementMovedToPerson, told, moved_from=before)
    ids = [placement.id for placement in moved]
    if ids:
        for table in (FollowUp, Mismatch):
            session.execute(update(table).where(col(table.placement_id).in_(ids)).values(person_id=survivor_id))
        _look_for_overlaps(session, moved, [each for each in found if each.person_id == survivor_id], on=on)


def _look_for_overlaps(session: WriteSession, moved: Sequence[Placement], together: Sequence[Placement], *, on: date) -> None:
    session.flush()
    overlapping = {placement.id for pair in combinations(together, 2) if overlap_full_time(*pair) for placement in pair}
    book = Book(session, [placement.id for placement in moved])
    for placement in moved:
        if placement.id in overlapping:
            book.find(placement, Code.FULL_TIME_OVERLAP, on=on)
        else:
            book.settle(placement, Code.FULL_TIME_OVERLAP, on=on)
