"""What rules find, which alerts stand, and what has to be looked at or sent next."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlmodel import col

from services.reporting.domain.alerting import DeliveryState, Severity
from services.reporting.domain.observing import last_day, period_before
from services.reporting.domain.watching import (
    Watch,
    WatchedDrift,
    WatchedGap,
    WatchedLateness,
    WatchedPace,
    WatchedThreshold,
)
from services.reporting.indicators import CATALOGUE, Scope, current
from services.reporting.queries.drift import open_drifts
from services.reporting.queries.freshness import sources
from services.reporting.queries.goals import progress_of
from services.reporting.queries.plans import find_goal, find_measure, find_plan, goals, plans
from services.reporting.queries.projects import summaries
from services.reporting.queries.values import question, value_of
from services.reporting.tables import TALLY, Alert, AlertDelivery, AlertRecipient, AlertRule, Observation
from shared.clock import today
from shared.db import ReadSession
from shared.errors import N_, FieldError, Invalid, NotFound
from shared.http import Page, Rows

Row = TypeVar("Row")
EVERY: Final = timedelta(seconds=60)
SOURCES: Final = tuple(sorted({source for indicator in CATALOGUE.values() for source in indicator.sources}))
WATCH: Final[TypeAdapter[Watch]] = TypeAdapter(Watch)
_NO_SUCH: Final = N_("There is none of this name. There are: {allowed}.")
_ORDER: Final = (Severity.INFO, Severity.WARNING, Severity.CRITICAL)


def watch_of(rule: AlertRule) -> Watch:
    """What a rule watches."""
    return WATCH.validate_python({**rule.watched, "kind": rule.kind})


def check_watch(session: ReadSession, watch: Watch) -> None:
    """Raise Invalid, with what is allowed, for a rule about something that there is not."""
    match watch:
        case WatchedThreshold():
            _among("/watched/indicator", watch.indicator, current())
            if watch.field is not None:
                _among("/watched/field", "field", current()[watch.indicator].dimensions)
        case WatchedPace():
            _among("/watched/goal", watch.goal, goals(session))
        case WatchedLateness():
            _among("/watched/source", watch.source, SOURCES)
        case WatchedGap():
            _check_gap(session, watch)
        case WatchedDrift():
            if watch.source is not None:
                _among("/watched/source", watch.source, SOURCES)


def figure_of(session: ReadSession, watch: Watch) -> float | None:
    """What a rule finds now, None where there is no figure: then nothing is raised and nothing cleared. Raises NotFound."""
    scope = question(session)
    match watch:
        case WatchedThreshold():
            only = {} if watch.field is None else {"field": watch.field}
            return value_of(session, current()[watch.indicator], question(session, only=only)).value
        case WatchedPace():
            return _pace(session, watch.goal, scope)
        case WatchedLateness():
            (source,) = sources(session, scope.generation, [watch.source])
            return None if source.watermark is None else (scope.known_at - source.watermark) / timedelta(days=1)
        case WatchedGap():
            return _gap(session, watch)
        case WatchedDrift():
            found = drifting(session, watch.source)
            return None if found is None else float(len(found))


def drifting(session: ReadSession, source: str | None = None) -> list[str] | None:
    """The sources that disagree with what was taken in of them, or the one; None as long as none has told how much it told."""
    if session.execute(select(func.count()).select_from(TALLY)).scalar_one() == 0:
        return None
    return [row.source for row in open_drifts(session) if source in (None, row.source)]


def subject_of(session: ReadSession, watch: Watch) -> Mapping[str, Any]:
    """What an alert says besides what its rule watches: of drift, which sources disagree."""
    return {"sources": drifting(session, watch.source)} if isinstance(watch, WatchedDrift) else {}


def due_rule(session: ReadSession, *, now: datetime) -> AlertRule | None:
    """The rule that has waited longest to be looked at, if one is due."""
    waited = col(AlertRule.looked_at)
    due = select(AlertRule).where(col(AlertRule.active), waited.is_(None) | (waited < now - EVERY))
    return session.scalars(due.order_by(waited.is_not(None), waited).limit(1)).first()


def due_delivery(session: ReadSession, *, now: datetime) -> AlertDelivery | None:
    """The message that is due first, if one is."""
    waiting = col(AlertDelivery.state) == DeliveryState.WAITING
    due = select(AlertDelivery).where(waiting, col(AlertDelivery.due_at) <= now)
    return session.scalars(due.order_by(col(AlertDelivery.due_at)).limit(1)).first()


def recipients_of(session: ReadSession, rule: AlertRule) -> list[AlertRecipient]:
    """Who is told of a rule's alerts."""
    heard = _ORDER[: _ORDER.index(rule.severity) + 1]
    found = session.scalars(select(AlertRecipient).where(col(AlertRecipient.active), col(AlertRecipient.severity).in_(heard)))
    return [each for each in found if not each.rules or str(rule.id) in each.rules]


def rules(session: ReadSession, page: Page) -> Rows[AlertRule]:
    """A page of the rules."""
    return page.fetch(session, select(AlertRule), key=[col(AlertRule.id)])


def find_rule(session: ReadSession, rule_id: UUID) -> AlertRule:
    """Raises NotFound."""
    return _found(session.get(AlertRule, rule_id), N_("alert rule"))


def recipients(session: ReadSession, page: Page) -> Rows[AlertRecipient]:
    """A page of those who are told."""
    return page.fetch(session, select(AlertRecipient), key=[col(AlertRecipient.id)])


def find_recipient(session: ReadSession, recipient_id: UUID) -> AlertRecipient:
    """Raises NotFound."""
    return _found(session.get(AlertRecipient, recipient_id), N_("recipient"))


def alerts(session: ReadSession, page: Page, *, raised: bool | None = None) -> Rows[Alert]:
    """A page of the alerts in the order in which they were raised; `raised`: only those that stand, or only others."""
    statement = select(Alert)
    if raised is not None:
        over = col(Alert.cleared_at)
        statement = statement.where(over.is_(None) if raised else over.is_not(None))
    return page.fetch(session, statement, key=[col(Alert.raised_at), col(Alert.id)])


def find_alert(session: ReadSession, alert_id: UUID) -> Alert:
    """Raises NotFound."""
    return _found(session.get(Alert, alert_id), N_("alert"))


def deliveries(session: ReadSession, alert_id: UUID, page: Page) -> Rows[AlertDelivery]:
    """A page of what was sent of an alert, or is to be. Raises NotFound."""
    find_alert(session, alert_id)
    return page.fetch(session, select(AlertDelivery).where(col(AlertDelivery.alert_id) == alert_id), key=[col(AlertDelivery.id)])


def _pace(session: ReadSession, goal_id: str, scope: Scope) -> float | None:
    found = progress_of(session, find_goal(session, goal_id), scope)
    figure, should, start = found.standing.figure, found.expected_today, found.goal.baseline.value
    if figure is None or should is None or start is None or should == start:
        return None
    return (figure - start) / (should - start)


def _gap(session: ReadSession, watch: WatchedGap) -> float:
    if watch.measure is None:
        whole, *_ = summaries(session, find_plan(session, watch.plan or "").framework)
        return float(whole.reports_missing)
    _, measure = find_measure(session, watch.measure)
    period = period_before(today(), measure.every)
    there = select(func.count()).where(
        col(Observation.measure) == measure.id,
        col(Observation.period) == period,
        col(Observation.slot) == "approved",
    )
    return 0.0 if session.execute(there).scalar_one() else float((today() - last_day(period)).days)


def _check_gap(session: ReadSession, watch: WatchedGap) -> None:
    if (watch.measure is None) == (watch.plan is None):
        raise Invalid(FieldError("/watched", "measure_or_plan", N_("Name either a measure or a plan.")))
    if watch.measure is not None:
        known = [measure.id for plan in plans(session) for measure in plan.framework.measures]
        _among("/watched/measure", watch.measure, known)
    else:
        _among("/watched/plan", watch.plan or "", [plan.framework.id for plan in plans(session)])


def _among(pointer: str, value: str, allowed: Iterable[str]) -> None:
    choices = list(allowed)
    if value not in choices:
        raise Invalid(FieldError(pointer, "unknown_reference", _NO_SUCH, {"allowed": ", ".join(choices) or "-"}))


def _found(row: Row | None, what: str) -> Row:
    if row is None:
        raise NotFound(what)
    return row
