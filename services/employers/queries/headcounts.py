"""How many people a company employs, and which of the seats it filled were more than replacements."""

from collections import Counter, defaultdict
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from services.employers.domain.headcounts import Growth, growth
from services.employers.domain.seats import SeatState
from services.employers.queries.companies import company
from services.employers.tables import Headcount, Position, Seat
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.http.paging import Page, Rows


def headcounts(session: ReadSession, company_id: UUID, page: Page, *, by: Actor) -> Rows[Headcount]:
    """What was noted of a company, by year. Raises NotFound."""
    owner = company(session, company_id, by=by)
    return page.fetch(session, select(Headcount).where(Headcount.company_id == owner.id), key=[Headcount.year])


def job_creation(session: ReadSession, company_id: UUID, *, by: Actor) -> list[Growth]:
    """Every year of a company of which there is a headcount or a seat that was filled and still is. Raises NotFound."""
    owner = company(session, company_id, by=by)
    noted = session.exec(select(Headcount.year, Headcount.employees).where(Headcount.company_id == owner.id))
    counts = dict(noted.all())
    filled: dict[int, Counter[str]] = defaultdict(Counter)
    statement = (
        sql_select(col(Seat.since), col(Seat.origin), func.count())
        .join(Position, col(Position.id) == col(Seat.position_id))
        .where(col(Position.company_id) == owner.id, col(Seat.state) == SeatState.FILLED)
        .group_by(col(Seat.since), col(Seat.origin))
    )
    for since, origin, count in session.execute(statement):
        filled[since.year][origin] += count
    return [growth(year, headcounts=counts, filled=filled[year]) for year in sorted({*counts, *filled})]
