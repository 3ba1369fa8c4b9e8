"""How universities and companies do: a few figures of each, side by side or one by one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, literal, select

from services.reporting.domain.promises import Fill, Kept, Promise, kept
from services.reporting.domain.stages import SEAT
from services.reporting.indicators import Scope, current
from services.reporting.indicators.counting import stands
from services.reporting.indicators.timeline import stretches
from services.reporting.queries.near import near_company
from services.reporting.queries.values import Value, value_of, values_by
from shared.db import ReadSession

OF_UNIVERSITIES: Final = ("participations", "completion_rate", "employment_rate_completers", "knowledge_rate")
OF_COMPANIES: Final = ("seats_posted", "seats_filled", "seats_lapsed", "fill_rate", "retention_6m")
OF_ONE_COMPANY: Final = (*OF_COMPANIES, "jobs_created")
_TIME_TO_FILL: Final = "time_to_fill"
_PLEDGE: Final = "pledge"

Figures = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CompanyCard:
    """One company: its figures by indicator, the seats that stand promised, and how those were kept that were due."""

    figures: Figures
    pledged: int
    kept: Kept


def by_member(session: ReadSession, scope: Scope, dimension: str, wanted: Sequence[str]) -> Mapping[UUID | None, Figures]:
    """By member of a dimension, the wanted values as far as anything was counted for it: one look for each of them."""
    found: dict[UUID | None, dict[str, Value]] = defaultdict(dict)
    for name in wanted:
        for value in values_by(session, current()[name], replace(scope, by=(dimension,))):
            found[value.dimensions[dimension]][name] = value
    return found


def university_card(session: ReadSession, scope: Scope, university_id: UUID) -> Figures:
    """The figures of one university."""
    own = replace(scope, only={"university_id": university_id})
    return {name: value_of(session, current()[name], own) for name in OF_UNIVERSITIES}


def company_card(session: ReadSession, scope: Scope, company_id: UUID) -> CompanyCard:
    """The figures of one company, from the facts about it."""
    near = near_company(session, scope, company_id)
    own = replace(near, only={"company_id": company_id})
    figures = {name: value_of(session, current()[name], own) for name in (*OF_ONE_COMPANY, _TIME_TO_FILL)}
    promises = _pledges(session, near, company_id)
    standing = sum(row.amount or 0 for row in promises if row.stage == "promised")
    return CompanyCard(figures, standing, kept(_due(promises), _fills(session, near, company_id), as_of=scope.as_of))


def pledged_by_company(session: ReadSession, scope: Scope) -> Mapping[UUID, int]:
    """The seats that stand promised on the day, by company."""
    found: dict[UUID, int] = defaultdict(int)
    for row in _pledges(session, scope):
        if row.stage == "promised":
            found[row.company_id] += row.amount or 0
    return found


def _pledges(session: ReadSession, scope: Scope, company_id: UUID | None = None) -> Sequence[Any]:
    columns = ("company_id", "field", "position_kind", "about_on", "amount")
    rows = stretches(scope, [_PLEDGE], *columns)
    statement = select(rows.c.stage, rows.c.from_on, *[rows.c[name] for name in columns])
    statement = statement.where(stands(rows, literal(scope.as_of)))
    return session.execute(statement if company_id is None else statement.where(rows.c.company_id == company_id)).all()


def _due(pledges: Sequence[Any]) -> list[Promise]:
    """The promises that were meant to be kept: one that was taken back after its month had begun is one of them."""
    return [
        Promise(row.field, row.position_kind, row.about_on, row.amount or 0)
        for row in pledges
        if row.stage == "promised" or _begun(row.about_on, row.from_on)
    ]


def _begun(month: date, on: date) -> bool:
    return on.replace(day=1) > month


def _fills(session: ReadSession, scope: Scope, company_id: UUID) -> list[Fill]:
    rows = stretches(scope, [SEAT], "company_id", "field", "position_kind")
    filled = and_(rows.c.stage == "filled", rows.c.company_id == company_id, stands(rows, literal(scope.as_of)))
    found = session.execute(select(rows.c.field, rows.c.position_kind, rows.c.from_on).where(filled))
    return [Fill(row.field, row.position_kind, row.from_on) for row in found]
