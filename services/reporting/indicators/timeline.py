"""How long each thing stood in which stage, as it was known at a moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CTE, Column, ColumnElement, Date, FromClause, Select, Table, case, func, literal, select

from services.reporting.domain.stages import PLACEMENT
from services.reporting.indicators.home import home_regions
from services.reporting.tables import ARRIVAL, COHORT_VERSION, COMPANY_PLACE, FACT, IDENTITY

Statement = Select[*tuple[Any, ...]]

CLAIM: Final = 1
COHORT_ORDINAL: Final = "cohort_ordinal"
BEGINNING: Final = date(1900, 1, 1)
FOREVER: Final = date(9999, 12, 31)
STAGE_BEFORE: Final = "stage_before"


@dataclass(frozen=True, slots=True)
class Portion:
    """Less than everything: of what arrived and is not rolled up, no more than the arrival `through`; and of `things` only.

    Without `through`, it is the question's own moment that says what was known.
    """

    through: ColumnElement[int] | None = None
    things: Callable[[Column[Any]], ColumnElement[bool]] | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The question: on which date, as known when, of what (dimension to value), broken down by which dimensions.

    `only` and `by` name dimensions that the indicator allows: who asks has checked that. `merged` is whether any identity
    ever changed: nothing has to be looked up where none did. `newest` is set where nothing that is known now is left out:
    such a question may be answered from rollups. `portion` is for those who make them.
    `minimum_grade` is the weakest evidence of an employment that counts. `staff` is who may see cells of any
    size: the program's own; everybody else sees of breakdowns by personal attributes what was published. `home` are the
    regions that the installation is for.
    """

    generation: int
    as_of: date
    known_at: datetime
    only: Mapping[str, Any] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    merged: bool = True
    newest: bool = False
    minimum_grade: int = 1
    portion: Portion | None = None
    staff: bool = False
    home: tuple[str, ...] = field(default_factory=home_regions)


def stretches(scope: Scope, aggregates: Sequence[str], *columns: str) -> CTE:
    """One row per stretch of days through which an aggregate of these kinds stood in one stage, with `columns`.

    Facts follow each other by (effective date, version): the last of a day is the one that counts from that day on, up to
    and without `until_on`, which is the day of the next one. What happens after `scope.as_of` is left out: no day up to
    that one is any different for it.
    """
    # `stage_before` among the columns is the stage that it stood in before.
    # Partitions are cheaper by the id alone, and that is enough where there is one kind of aggregate.
    one = (FACT.c.aggregate_id,) if len(set(aggregates)) == 1 else (FACT.c.aggregate, FACT.c.aggregate_id)
    order = (FACT.c.effective_on, FACT.c.version, FACT.c.step)
    following = func.lead(FACT.c.effective_on).over(partition_by=one, order_by=order)
    before = func.lag(FACT.c.stage).over(partition_by=one, order_by=order).label(STAGE_BEFORE)
    history = (
        select(
            *[
                before if name == STAGE_BEFORE else FACT.c[name]
                for name in dict.fromkeys(("aggregate", "aggregate_id", "stage", *columns))
            ],
            FACT.c.effective_on.label("from_on"),
            func.coalesce(following, literal(FOREVER, Date)).label("until_on"),
        )
        .where(
            FACT.c.generation == scope.generation,
            FACT.c.aggregate.in_(aggregates),
            *known(scope),
            FACT.c.effective_on <= scope.as_of,
            FACT.c.stage.is_not(None),
        )
        .cte()
    )
    rows = select(history).where(history.c.from_on < history.c.until_on)
    return (_as_one_company(scope, history, _as_one_human(scope, history, rows)) if scope.merged else rows).cte()


def known(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """What was on record at the moment, and had not been told anew by then."""
    superseded, portion, through = FACT.c.superseded_at, scope.portion, _through(scope)
    if through is None:
        told_anew_later = superseded > scope.known_at
    else:
        told_anew_later = FACT.c.closed_in.is_not(None) & FACT.c.closed_in.in_(_arrived_after(scope, through))
    among = () if portion is None or portion.things is None else (portion.things(FACT.c.aggregate_id),)
    return (*_came_in_time(scope, FACT), superseded.is_(None) | told_anew_later, *among)


def has_come(scope: Scope, table: FromClause) -> ColumnElement[bool]:
    """Whether a row is of the generation, and of the portion of it that the question may see."""
    generation: ColumnElement[bool] = table.c.generation == scope.generation
    through = _through(scope)
    if through is None:
        return generation
    return generation & (table.c.batch.is_(None) | table.c.batch.not_in(_arrived_after(scope, through)))


def _came_in_time(scope: Scope, table: Table) -> tuple[ColumnElement[bool], ...]:
    """The same, of rows that bear the moment at which they became known."""
    come = has_come(scope, table)
    return (come,) if _through(scope) is not None else (come, table.c.recorded_at <= scope.known_at)


def _through(scope: Scope) -> ColumnElement[int] | None:
    return None if scope.portion is None else scope.portion.through


def _arrived_after(scope: Scope, through: ColumnElement[int]) -> Statement:
    return select(ARRIVAL.c.id).where(ARRIVAL.c.generation == scope.generation, ARRIVAL.c.id > through)


def _as_one_human(scope: Scope, history: CTE, rows: Statement) -> Statement:
    """`rows` without the further enrolments of a human in a cohort, and with the person that the facts count for."""
    double = identities(scope, "enrolment")
    rows = rows.outerjoin_from(history, double, double.c.id == history.c.aggregate_id).where(
        double.c.counts_as.is_(None) | (double.c.counts_as == history.c.aggregate_id)
    )
    if "person_id" not in history.c:
        return rows
    return _counting_as(rows, "person_id", identities(scope, "person"))


def _as_one_company(scope: Scope, history: CTE, rows: Statement) -> Statement:
    """`rows` with the company that each counts as. One may have been merged into another that was merged later itself."""
    if "company_id" not in history.c:
        return rows
    return _counting_as(rows, "company_id", companies_in_the_end(scope))


def _counting_as(rows: Statement, name: str, survivor: CTE) -> Statement:
    column = next(each for each in rows.selected_columns if each.name == name)
    counts_as = func.coalesce(survivor.c.counts_as, column).label(name)
    named = [counts_as if each.name == name else each for each in rows.selected_columns]
    return rows.outerjoin(survivor, survivor.c.id == column).with_only_columns(*named)


def companies_in_the_end(scope: Scope) -> CTE:
    """What each company that was merged counts as, after all mergers."""
    once = identities(scope, "company")
    chain = select(once.c.id, once.c.counts_as).cte(recursive=True)
    chain = chain.union(select(chain.c.id, once.c.counts_as).join(once, once.c.id == chain.c.counts_as))
    further = once.alias()
    return (
        select(chain.c.id, chain.c.counts_as)
        .outerjoin(further, further.c.id == chain.c.counts_as)
        .where(further.c.id.is_(None))
        .cte()
    )


def identities(scope: Scope, kind: str) -> CTE:
    """What each id of the kind counted as, as far as anything was said of it."""
    rows = IDENTITY.c
    followed = func.lead(rows.version).over(partition_by=rows.id, order_by=rows.version)
    history = (
        select(rows.id, rows.counts_as, followed.label("followed_by"))
        .where(rows.generation == scope.generation, rows.kind == kind, *_came_in_time(scope, IDENTITY))
        .cte()
    )
    return select(history.c.id, history.c.counts_as).where(history.c.followed_by.is_(None)).cte()


def evidence(scope: Scope) -> CTE:
    """The best evidence of each placement that was known, whatever date it is about: how sure we are, not since when."""
    return (
        select(FACT.c.aggregate_id.label("placement_id"), func.max(FACT.c.evidence_grade).label("grade"))
        .where(FACT.c.generation == scope.generation, FACT.c.aggregate == PLACEMENT, *known(scope))
        .group_by(FACT.c.aggregate_id)
        .cte()
    )


def work(scope: Scope, *columns: str) -> CTE:
    """The stretches of placements. `grade` is set where somebody works: a start is an employer's claim at least."""
    placement, best = stretches(scope, [PLACEMENT], *columns), evidence(scope)
    grade = case((placement.c.stage == "started", func.coalesce(best.c.grade, CLAIM)))
    rows = select(placement, grade.label("grade")).outerjoin(best, best.c.placement_id == placement.c.aggregate_id)
    if scope.minimum_grade > CLAIM:
        # Work that is not evidenced well enough is as if nobody had heard of it.
        evidenced = func.coalesce(best.c.grade, CLAIM) >= scope.minimum_grade
        rows = rows.where(placement.c.stage.not_in(("started", "ended")) | evidenced)
    return rows.cte()


def cohorts(scope: Scope) -> CTE:
    """The cohorts as they were last known."""
    known = COHORT_VERSION.c
    followed = func.lead(known.version).over(partition_by=known.cohort_id, order_by=known.version)
    history = (
        select(*known, followed.label("followed_by"))
        .where(known.generation == scope.generation, *_came_in_time(scope, COHORT_VERSION))
        .cte()
    )
    return select(*[history.c[column.name] for column in known]).where(history.c.followed_by.is_(None)).cte()


def company_regions(scope: Scope) -> CTE:
    """Where each company was, as it was last known."""
    known = COMPANY_PLACE.c
    followed = func.lead(known.version).over(partition_by=known.company_id, order_by=known.version)
    history = (
        select(known.company_id, known.region, followed.label("followed_by"))
        .where(known.generation == scope.generation, *_came_in_time(scope, COMPANY_PLACE))
        .cte()
    )
    return select(history.c.company_id, history.c.region).where(history.c.followed_by.is_(None)).cte()
