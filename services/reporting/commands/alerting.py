"""Rules and recipients are kept as data; rules are looked at, and alerts raised and cleared, with a message to each recipient."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlmodel import col

from services.reporting.domain.alerting import Change, change_of
from services.reporting.domain.watching import Watch
from services.reporting.queries.alerting import (
    EVERY,
    check_watch,
    due_rule,
    figure_of,
    find_recipient,
    find_rule,
    recipients_of,
    subject_of,
    watch_of,
)
from services.reporting.tables import Alert, AlertDelivery, AlertRecipient, AlertRule
from shared import clock
from shared.contracts.reporting import (
    AlertCleared,
    AlertRaised,
    AlertRecipientAdded,
    AlertRecipientChanged,
    AlertRecipientEvent,
    AlertRuleChanged,
    AlertRuleEvent,
    AlertRuleMade,
)
from shared.db import Database, WriteSession
from shared.errors import Refused
from shared.events.outbox import emit
from shared.versions import check_version

log = structlog.get_logger()
ADDRESS: Final = b"alert-recipient-address"
SECRET: Final = b"alert-recipient-secret"


def make_rule(session: WriteSession, *, watch: Watch, said: Mapping[str, Any]) -> AlertRule:
    """Watch something from now on. Raises Invalid for something that there is not."""
    check_watch(session, watch)
    rule = AlertRule(kind=watch.kind, watched=_content(watch), **said)
    session.add(rule)
    _emit_rule(session, rule, AlertRuleMade)
    return rule


def change_rule(
    session: WriteSession, rule_id: UUID, *, watch: Watch | None, changes: Mapping[str, Any], expected: int | None
) -> AlertRule:
    """Watch it otherwise, or no longer. Raises NotFound, Stale, Invalid."""
    rule = _locked_rule(session, rule_id)
    check_version(rule, expected)
    if watch is not None:
        check_watch(session, watch)
        rule.kind, rule.watched, rule.looked_at = watch.kind, _content(watch), None
    for name, value in changes.items():
        setattr(rule, name, value)
    _emit_rule(session, rule, AlertRuleChanged)
    return rule


def add_recipient(session: WriteSession, *, address: str, secret: str | None, said: Mapping[str, Any]) -> AlertRecipient:
    """Tell somebody of alerts from now on. Where to, and the secret, are sealed."""
    row = AlertRecipient(address=b"", **said)
    _seal(session, row, address=address, secret=secret)
    session.add(row)
    _emit_recipient(session, row, AlertRecipientAdded)
    return row


def change_recipient(
    session: WriteSession,
    recipient_id: UUID,
    *,
    address: str | None,
    secret: str | None,
    changes: Mapping[str, Any],
    expected: int | None,
) -> AlertRecipient:
    """Tell them elsewhere, of other rules, or no longer. Raises NotFound, Stale."""
    find_recipient(session, recipient_id)
    statement = select(AlertRecipient).where(col(AlertRecipient.id) == recipient_id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one()
    check_version(row, expected)
    _seal(session, row, address=address, secret=secret)
    for name, value in changes.items():
        setattr(row, name, value)
    _emit_recipient(session, row, AlertRecipientChanged)
    return row


def look_at_next_rule(db: Database) -> bool:
    """Look at the rule that is due, raise or clear its alert, and say whether there was one.

    Safe on several machines: a rule belongs for a minute to whoever marked it first.
    """
    at = clock.now()
    with db.read() as session:
        rule = due_rule(session, now=at)
    if rule is None or not db.run(lambda session: _takes(session, rule.id, at)):
        return rule is not None
    figure = _look(db, rule)
    db.run(lambda session: settle(session, rule.id, figure))
    return True


def settle(session: WriteSession, rule_id: UUID, figure: float | None) -> Alert | None:
    """Raise or clear a rule's alert for what was found, and leave a message for everybody who is to be told of it."""
    rule = _locked_rule(session, rule_id)
    change = change_of(rule.raised_id is not None, figure, watch_of(rule).thresholds())
    if change is None or figure is None:
        return None
    if change is Change.RAISED:
        detail = {**rule.watched, **subject_of(session, watch_of(rule))}
        alert = Alert(rule_id=rule.id, kind=rule.kind, severity=rule.severity, figure=figure, detail=detail)
        session.add(alert)
        rule.raised_id = alert.id
    else:
        alert = session.scalars(select(Alert).where(col(Alert.id) == rule.raised_id).with_for_update()).one()
        alert.cleared_at, alert.cleared_figure, rule.raised_id = clock.now(), figure, None
    kind = AlertRaised if change is Change.RAISED else AlertCleared
    about = {"alert_rule_id": rule.id, "kind": str(rule.kind), "severity": str(rule.severity), "figure": figure}
    emit(session, alert, kind(alert_id=alert.id, **about))
    _emit_rule(session, rule, AlertRuleChanged)
    session.flush()
    session.add_all(
        [AlertDelivery(alert_id=alert.id, recipient_id=each.id, change=change) for each in recipients_of(session, rule)]
    )
    return alert


def _look(db: Database, rule: AlertRule) -> float | None:
    try:
        with db.read() as session:
            return figure_of(session, watch_of(rule))
    except Refused as error:  # what it watches is no longer there: a rule that cannot be looked at stops no other
        log.warning("rule_not_looked_at", rule=str(rule.id), code=error.code)
        return None


def _takes(session: WriteSession, rule_id: UUID, at: datetime) -> bool:
    waited = col(AlertRule.looked_at)
    mine = update(AlertRule).where(col(AlertRule.id) == rule_id, waited.is_(None) | (waited < at - EVERY)).values(looked_at=at)
    return bool(session.execute(mine).rowcount == 1)  # type: ignore[attr-defined]


def _locked_rule(session: WriteSession, rule_id: UUID) -> AlertRule:
    find_rule(session, rule_id)
    statement = select(AlertRule).where(col(AlertRule.id) == rule_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def _content(watch: Watch) -> dict[str, Any]:
    return watch.model_dump(mode="json", exclude={"kind"}, exclude_none=True)


def _seal(session: WriteSession, row: AlertRecipient, *, address: str | None, secret: str | None) -> None:
    cipher = session.info["cipher"]
    if address is not None:
        row.address = cipher.seal(address.encode(), about=ADDRESS + row.id.bytes)
    if secret is not None:
        row.secret = cipher.seal(secret.encode(), about=SECRET + row.id.bytes)


def _emit_rule(session: WriteSession, rule: AlertRule, kind: type[AlertRuleEvent]) -> None:
    emit(session, rule, kind(alert_rule_id=rule.id, kind=str(rule.kind), severity=str(rule.severity), active=rule.active))


def _emit_recipient(session: WriteSession, row: AlertRecipient, kind: type[AlertRecipientEvent]) -> None:
    about = {"channel": str(row.channel), "language": row.language, "active": row.active}
    emit(session, row, kind(alert_recipient_id=row.id, **about))
