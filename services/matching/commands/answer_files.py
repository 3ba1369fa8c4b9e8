"""Answers to follow-ups by file: the work list filled in, or rows that name a placement and its months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import col

from services.matching.commands.follow_ups import keep_answer
from services.matching.commands.mismatches import Book
from services.matching.commands.outcome_files import MOST_ROWS, Way, take_file
from services.matching.domain.follow_ups import MONTHS, SPELLINGS, Answer, FollowUpState, contradiction
from services.matching.domain.row_outcomes import FileKind, RowOutcome, RowResult
from services.matching.queries.follow_ups import visible_follow_ups
from services.matching.queries.visibility import own_university
from services.matching.tables import FollowUp, OutcomeFile, Placement
from shared.auth.actor import Actor
from shared.clock import today
from shared.db import WriteSession
from shared.db.bulk import among
from shared.spreadsheets.named_columns import BadCell, Columns, Row, day_in, read_lines, uuid_in

COLUMNS: Final = Columns(
    most_rows=MOST_ROWS,
    required=("answer",),
    optional=("follow_up_id", "placement_id", "person_id", "months", "asked_about", "due_on", "effective_on", "reported_on"),
    spellings={"answer": ("응답", "결과", "상태"), "effective_on": ("기준일", "확인일"), "months": ("개월",)},
)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row that can be used: of which follow-up it speaks, and what it says. None: today."""

    line: int
    follow_up_id: UUID | None
    placement_id: UUID | None
    months: int | None
    answer: Answer
    on: date | None
    reported_on: date | None


def answer_by_file(session: WriteSession, content: bytes, *, by: Actor) -> OutcomeFile:
    """Answer follow-ups by file. Rows whose answer is empty are left for later; each other row fares by itself.

    Columns: follow_up_id, or placement_id and months; answer; if wanted effective_on and reported_on. Raises BrokenFile.
    """
    return take_file(session, ANSWERS, content, university_id=own_university(session, by), by=by)


def _read(content: bytes) -> tuple[list[RowResult], list[_Row]]:
    results: list[RowResult] = []
    rows: list[_Row] = []
    for line in read_lines(content, COLUMNS):
        if not line.cells["answer"]:
            continue
        try:
            rows.append(_row(line))
        except BadCell as bad:
            results.append(RowResult(line.number, RowOutcome.REJECTED, bad.code, bad.column))
    return results, rows


def _row(line: Row) -> _Row:
    answer = SPELLINGS.get(line.cells["answer"].replace(" ", "").casefold())
    if answer is None:
        raise BadCell("answer", "not_an_answer")
    named = bool(line.cells.get("follow_up_id"))
    return _Row(
        line=line.number,
        follow_up_id=uuid_in(line, "follow_up_id") if named else None,
        placement_id=None if named else uuid_in(line, "placement_id"),
        months=None if named else _months(line),
        answer=answer,
        on=day_in(line, "effective_on", today=today()),
        reported_on=day_in(line, "reported_on", today=today()),
    )


def _months(line: Row) -> int:
    cell = line.cells.get("months", "")
    if cell not in map(str, MONTHS):
        raise BadCell("months", "not_a_number" if cell else "required")
    return int(cell)


def _answered(session: WriteSession, rows: Sequence[_Row], _taken: set[UUID], by: Actor) -> Iterator[RowResult]:
    found = _locked(session, rows, by=by)
    by_id = {follow_up.id: (follow_up, placement) for follow_up, placement in found}
    by_months = {(follow_up.placement_id, follow_up.months): follow_up.id for follow_up, _ in found}
    book = Book(session, sorted({placement.id for _, placement in found}))
    for row in rows:
        key = row.follow_up_id or (by_months.get((row.placement_id, row.months)) if row.placement_id and row.months else None)
        known = by_id.get(key) if key is not None else None
        yield _unknown(row) if known is None else _one(session, row, *known, book=book, by=by)


def _locked(session: WriteSession, rows: Sequence[_Row], *, by: Actor) -> list[tuple[FollowUp, Placement]]:
    """The follow-ups that the rows name and `by` may see, with their placements, which are locked first."""
    ids, placements = FollowUp.__table__.c.id, FollowUp.__table__.c.placement_id  # type: ignore[attr-defined]
    named = or_(
        among(session, ids, [row.follow_up_id for row in rows if row.follow_up_id]),
        among(session, placements, [row.placement_id for row in rows if row.placement_id]),
    )
    mine = select(col(FollowUp.placement_id)).where(named, visible_follow_ups(by))
    of_these = select(Placement).where(col(Placement.id).in_(mine)).order_by(col(Placement.id)).with_for_update()
    locked = {each.id: each for each in session.scalars(of_these.execution_options(populate_existing=True))}
    theirs = select(FollowUp).where(named, visible_follow_ups(by)).order_by(col(FollowUp.id)).with_for_update()
    found = session.scalars(theirs.execution_options(populate_existing=True))
    return [(follow_up, locked[follow_up.placement_id]) for follow_up in found if follow_up.placement_id in locked]


def _unknown(row: _Row) -> RowResult:
    column = "follow_up_id" if row.follow_up_id else "placement_id"
    return RowResult(row.line, RowOutcome.UNMATCHED, "no_follow_up", column)


def _one(session: WriteSession, row: _Row, follow_up: FollowUp, placement: Placement, *, book: Book, by: Actor) -> RowResult:
    day = row.on or today()
    if follow_up.state is FollowUpState.CANCELLED:
        return RowResult(row.line, RowOutcome.UNMATCHED, "cancelled", placement_id=placement.id)
    if placement.started_on is not None and day < placement.started_on:
        return RowResult(row.line, RowOutcome.REJECTED, "too_early", "effective_on", placement.id)
    new = keep_answer(session, follow_up, placement, row.answer, on=day, reported_on=row.reported_on, by=by, book=book)
    if not new:
        return RowResult(row.line, RowOutcome.UNCHANGED, placement_id=placement.id)
    code = contradiction(row.answer, placement.state)
    return RowResult(row.line, RowOutcome.DIFFERS if code else RowOutcome.APPLIED, code, placement_id=placement.id)


ANSWERS: Final = Way(FileKind.FOLLOW_UPS, _read, _answered)
