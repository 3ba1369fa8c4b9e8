"""Messages about alerts go out: each until it arrived, with longer and longer pauses, in the language of who gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlmodel import col

from services.reporting.commands.alerting import ADDRESS, SECRET, look_at_next_rule
from services.reporting.domain.alerting import LEASE, MOST_ATTEMPTS, Change, Channel, DeliveryState, RuleKind, pause_after
from services.reporting.domain.values import rounded
from services.reporting.frameworks import field_names
from services.reporting.indicators import current
from services.reporting.indicators.home import be_at_home_in
from services.reporting.queries.alerting import due_delivery, find_alert, find_recipient, find_rule
from services.reporting.queries.plans import goals
from services.reporting.tables import Alert, AlertDelivery, AlertRecipient, AlertRule
from shared import clock
from shared.db import Database, ReadSession, WriteSession
from shared.errors import N_
from shared.i18n import Language, translate
from shared.outward.mail import MailServer
from shared.outward.webhooks import NotDelivered, send_webhook
from shared.settings import Settings

log = structlog.get_logger()
RAISED: Final = N_("Alert: {name}")
CLEARED: Final = N_("Over: {name}")
_FIGURE: Final = N_("The figure is {figure}; the alert begins at {enter} and ends at {leave}.")
_PACE: Final = N_(
    "Of what should have been made by now, the goal has made {figure}; the alert begins at {enter} and ends at {leave}."
)
_LATE: Final = N_("The last event is {figure} days old; the alert begins at {enter} and ends at {leave}.")
_MISSING: Final = N_("Days without a value, or missing reports: {figure}; the alert begins at {enter} and ends at {leave}.")
_DRIFT: Final = N_(
    "Sources that disagree with what was taken in of them: {figure}; the alert begins at {enter} and ends at {leave}."
)
_KINDS: Final = {
    RuleKind.THRESHOLD: _FIGURE,
    RuleKind.OFF_PACE: _PACE,
    RuleKind.LATE_DATA: _LATE,
    RuleKind.MISSING_DATA: _MISSING,
    RuleKind.DRIFT: _DRIFT,
}


@dataclass(slots=True)
class Means:
    """How this process reaches the outside."""

    mail: MailServer | None = None
    private: bool = False
    origin: str = ""


means: Final = Means()


def tell_by(settings: Settings) -> None:
    """Learn from the settings how the outside is reached, and which regions are home."""
    be_at_home_in(settings.home_regions.split(","))
    url = settings.smtp_url
    means.mail = None if url is None else MailServer(url.get_secret_value(), settings.mail_from)
    means.private = settings.private_webhooks
    means.origin = settings.origin


def watch_and_tell(db: Database) -> bool:
    """Send what is due, or look at a rule that is; whether there was anything to do."""
    return send_next(db) or look_at_next_rule(db)


def send_next(db: Database) -> bool:
    """Send the message that is due, and say whether there was one. A message that fails comes again later.

    Safe on several machines: a message belongs for a while to whoever marked it first. One that arrived just before its
    sender died is sent again, under the same id.
    """
    at = clock.now()
    with db.read() as session:
        due = due_delivery(session, now=at)
    if due is None:
        return False
    if not db.run(lambda session: _takes(session, due.id, at)):
        return True
    problem: NotDelivered | None = None
    try:
        with db.read() as session:
            message = _message(session, due)
        _send(message)
    except NotDelivered as error:
        problem = error
        log.warning("alert_not_delivered", delivery=str(due.id), problem=error.code, attempts=due.attempts + 1)
    db.run(lambda session: _note(session, due, problem), idempotent=True)
    return True


@dataclass(frozen=True, slots=True)
class _Message:
    delivery: AlertDelivery
    recipient: AlertRecipient
    address: str
    secret: str | None
    content: dict[str, Any]
    subject: str
    text: str


def _message(session: ReadSession, delivery: AlertDelivery) -> _Message:
    alert = find_alert(session, delivery.alert_id)
    recipient, rule = find_recipient(session, delivery.recipient_id), find_rule(session, alert.rule_id)
    if not recipient.active:
        raise NotDelivered("recipient_inactive", final=True)
    language: Language = "ko" if recipient.language == "ko" else "en"
    names = names_in(session, alert.detail, language)
    subject, text = wording(alert, rule, delivery.change, language, names)
    cipher = session.info["cipher"]
    address = cipher.open(recipient.address, about=ADDRESS + recipient.id.bytes).decode()
    secret = None if recipient.secret is None else cipher.open(recipient.secret, about=SECRET + recipient.id.bytes).decode()
    content = {
        "type": f"alert.{delivery.change}",
        "timestamp": (alert.raised_at if delivery.change is Change.RAISED else alert.cleared_at or alert.raised_at).isoformat(),
        "data": {
            "alert_id": str(alert.id), "rule_id": str(rule.id), "kind": str(alert.kind), "severity": str(alert.severity),
            "figure": alert.figure if delivery.change is Change.RAISED else alert.cleared_figure, "watched": alert.detail,
            "language": language, "title": subject, "text": text, "link": f"{means.origin}/",
        },
    }  # fmt: skip
    return _Message(delivery, recipient, address, secret, content, subject, text)


def wording(
    alert: Alert, rule: AlertRule, change: Change, language: Language, names: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """The subject and the text of a message. `names` are what the reader calls that which is watched, by its code."""
    name = rule.name_ko if language == "ko" else rule.name_en
    figure = alert.figure if change is Change.RAISED else alert.cleared_figure
    subject = translate(RAISED if change is Change.RAISED else CLEARED, language, {"name": name})
    found = {"figure": _number(figure), "enter": _number(alert.detail["enter"]), "leave": _number(alert.detail["leave"])}
    told = [_said(value) for key, value in alert.detail.items() if key not in ("enter", "leave", "below") and value is not None]
    about = ", ".join((names or {}).get(each, each) for each in told)
    text = translate(_KINDS[alert.kind], language, found)
    return subject, "\n".join(line for line in (name, about, text, f"{means.origin}/") if line)


def names_in(session: ReadSession, detail: Mapping[str, Any], language: Language) -> Mapping[str, str]:
    """What the indicator, the field, the goal and the plan of a rule are called, by their codes."""
    found: dict[str, str] = {}
    if (indicator := current().get(detail.get("indicator", ""))) is not None:
        found[indicator.id] = indicator.name[language]
    if (field := field_names().get(detail.get("field") or "")) is not None:
        found[detail["field"]] = field[language]
    if (goal := goals(session).get(detail.get("goal", ""))) is not None:
        found[goal.goal.id] = goal.goal.name[language]
    return found


def _number(value: float | None) -> str:
    """With as many places as matter: 12,345 or 0.75."""
    return "–" if value is None else f"{rounded(value, 2):,.2f}".rstrip("0").rstrip(".")


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _send(message: _Message) -> None:
    recipient, id_ = message.recipient, str(message.delivery.id)
    if recipient.channel is Channel.WEBHOOK:
        send_webhook(message.address, message.secret or "", message_id=id_, content=message.content, private=means.private)
        return
    if means.mail is None:
        raise NotDelivered("no_mail_server")
    means.mail.send(message.address, subject=message.subject, text=message.text, message_id=id_, language=recipient.language)


def _takes(session: WriteSession, delivery_id: UUID, at: datetime) -> bool:
    row = AlertDelivery
    mine = (
        update(row)
        .where(col(row.id) == delivery_id, col(row.state) == DeliveryState.WAITING, col(row.due_at) <= at)
        .values(due_at=at + LEASE, attempts=row.attempts + 1)
    )
    return bool(session.execute(mine).rowcount == 1)  # type: ignore[attr-defined]


def _note(session: WriteSession, due: AlertDelivery, problem: NotDelivered | None) -> None:
    attempts = due.attempts + 1
    said: dict[str, Any] = {"state": DeliveryState.SENT, "sent_at": clock.now(), "problem": None}
    if problem is not None:
        over = problem.final or attempts >= MOST_ATTEMPTS
        state = DeliveryState.GIVEN_UP if over else DeliveryState.WAITING
        said = {"state": state, "problem": problem.code, "due_at": clock.now() + pause_after(attempts)}
    session.execute(update(AlertDelivery).where(col(AlertDelivery.id) == due.id).values(**said))
