"""Positions and pledges as tables for spreadsheets: what the actor may see, without anybody's contact."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, func, select
from sqlmodel import col

from services.employers.domain.fields import field_name
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.domain.seats import SeatState
from services.employers.queries.visibility import companies_of, in_region, positions_of
from services.employers.tables import Company, Pledge, Position, Seat
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.i18n import Language
from shared.spreadsheets.writing import Cell, to_csv, to_xlsx

_POSITIONS: Final = (
    ("번호", "id"), ("사업자등록번호", "business number"), ("기업", "company"), ("공고명", "title"), ("분야", "field"),
    ("고용 형태", "kind"), ("상태", "state"), ("근무지", "region"), ("인원", "seats"), ("남은 자리", "open seats"),
    ("예약", "reserved"), ("채용", "filled"), ("접수 시작", "opens on"), ("접수 마감", "closes on"), ("필수 기술", "must have"),
    ("급여 하한", "lowest salary"), ("급여 상한", "highest salary"), ("급여 단위", "salary per"), ("주당 시간", "weekly hours"),
    ("기간(개월)", "months"),
)  # fmt: skip
_PLEDGES: Final = (
    ("번호", "id"), ("사업자등록번호", "business number"), ("기업", "company"), ("월", "month"), ("분야", "field"),
    ("고용 형태", "kind"), ("자리", "seats"), ("기술", "skill"), ("비고", "note"), ("철회일", "withdrawn on"),
)  # fmt: skip


def positions_file(
    session: ReadSession,
    *,
    xlsx: bool,
    language: Language,
    company_id: UUID | None,
    state: PositionState | None,
    field: str | None,
    kind: PositionKind | None,
    region: str | None,
    by: Actor,
) -> bytes:
    """Positions with their seats, in the order in which they were written down."""
    counted = [
        func.coalesce(func.sum(case((col(Seat.state) == each, 1), else_=0)), 0)
        for each in (SeatState.OPEN, SeatState.RESERVED, SeatState.FILLED)
    ]
    seats = select(col(Seat.position_id), *[each.label(f"n{place}") for place, each in enumerate(counted)])
    per_position = seats.group_by(col(Seat.position_id)).subquery()
    wanted = {Position.company_id: company_id, Position.state: state, Position.field: field, Position.kind: kind}
    conditions = [col(column) == value for column, value in wanted.items() if value is not None]
    if region is not None:
        conditions.append(in_region(col(Position.region), region))
    statement = (
        select(Position, Company, per_position.c.n0, per_position.c.n1, per_position.c.n2)
        .join(Company, col(Company.id) == col(Position.company_id))
        .outerjoin(per_position, per_position.c.position_id == col(Position.id))
        .where(positions_of(by), *conditions)
        .order_by(col(Position.id))
    )
    return _file(_POSITIONS, _position_rows(session.execute(statement), language), xlsx=xlsx, language=language)


def _position_rows(rows: Any, language: Language) -> Iterator[Sequence[Cell]]:
    for position, company, *counts in rows:
        yield [
            str(position.id), *_company(company, language), position.title, field_name(position.field, language), position.kind,
            position.state, position.region, position.seats, *(int(count or 0) for count in counts),
            position.opens_on.isoformat(),
            position.closes_on.isoformat() if position.closes_on else None, "; ".join(_wanted(position)),
            position.salary_lowest, position.salary_highest, position.salary_per, position.weekly_hours, position.duration_months,
        ]  # fmt: skip


def _wanted(position: Position) -> Iterator[str]:
    if position.must_have is None:
        return iter(position.skills)
    return (f"{each['skill']}:{each['level']}" for each in position.must_have)


def pledges_file(
    session: ReadSession, *, xlsx: bool, language: Language, month: str | None, field: str | None, by: Actor
) -> bytes:
    """Promises of seats, by month."""
    wanted = {Pledge.month: month, Pledge.field: field}
    statement = (
        select(Pledge, Company)
        .join(Company, col(Company.id) == col(Pledge.company_id))
        .where(companies_of(by), *[col(column) == value for column, value in wanted.items() if value is not None])
        .order_by(col(Pledge.month), col(Pledge.id))
    )
    rows = (_pledge_row(pledge, company, language) for pledge, company in session.execute(statement))
    return _file(_PLEDGES, rows, xlsx=xlsx, language=language)


def _pledge_row(pledge: Pledge, company: Company, language: Language) -> Sequence[Cell]:
    return [
        str(pledge.id), *_company(company, language), pledge.month, field_name(pledge.field, language), pledge.kind,
        pledge.seats, pledge.skill, pledge.note, pledge.withdrawn_on.isoformat() if pledge.withdrawn_on else None,
    ]  # fmt: skip


def _company(company: Company, language: Language) -> tuple[str, str]:
    return company.business_number, company.name_ko if language == "ko" else company.name_en


def _file(columns: Sequence[tuple[str, str]], rows: Iterator[Sequence[Cell]], *, xlsx: bool, language: Language) -> bytes:
    header = [korean if language == "ko" else english for korean, english in columns]
    return to_xlsx(header, rows) if xlsx else to_csv(header, rows)
