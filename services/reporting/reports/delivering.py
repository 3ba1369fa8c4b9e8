"""Schedules are looked at, and reports that are due are made and sent: by mail with the file, by webhook with its address."""

from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from sqlmodel import col, select

from services.reporting.commands.alerting import ADDRESS, SECRET
from services.reporting.commands.closings import Noted, note_restatements
from services.reporting.commands.report_schedules import note_delivery, run_schedule, take_delivery
from services.reporting.commands.telling import means, watch_and_tell
from services.reporting.domain.alerting import Channel
from services.reporting.pages.formatting import Format
from services.reporting.queries.alerting import find_recipient
from services.reporting.queries.closings import due_report, due_schedule, find_schedule
from services.reporting.reports.asking import ReportFormat, Wish
from services.reporting.reports.closings import restated
from services.reporting.reports.gathering import gather
from services.reporting.reports.making import Made, make
from services.reporting.reports.working import make_next
from services.reporting.tables import AlertRecipient, Closing, ReportDelivery, ReportSchedule
from shared import clock
from shared.db import Database, ReadSession
from shared.errors import N_, Refused
from shared.i18n import Language
from shared.outward.mail import Attached
from shared.outward.webhooks import NotDelivered, send_webhook

log = structlog.get_logger()
_SUBJECT: Final = N_("Report: {name}")
_TEXT: Final = N_("{name}, as of {day}. Its checksum is {checksum}. It can be read here: {link}")
_MOST_LOOKED_AT: Final = 12


def watch_tell_and_deliver(db: Database) -> bool:
    """What waits for the outside: alerts, reports that somebody waits for, then scheduled ones. Whether there was any."""
    return watch_and_tell(db) or make_next(db) or run_next(db) or deliver_next(db)


def run_next(db: Database) -> bool:
    """Make the schedule due whose turn it is, and say whether there was one."""
    with db.read() as session:
        found = due_schedule(session, now=clock.now())
    if found is None:
        return False
    db.run(partial(run_schedule, schedule_id=found.id, due_at=found.next_run_at))
    return True


def deliver_next(db: Database) -> bool:
    """Send the report that is due, and say whether there was one. What fails comes again later, under the same id."""
    at = clock.now()
    with db.read() as session:
        due = due_report(session, now=at)
    if due is None:
        return False
    if not db.run(partial(take_delivery, delivery_id=due.id, at=at)):
        return True
    problem, made = None, None
    try:
        with db.read() as session:
            schedule, recipient = find_schedule(session, due.schedule_id), find_recipient(session, due.recipient_id)
            address, secret = _reached(session, recipient)
            made = _made(session, schedule, due)
        _send(schedule, due, recipient, made, address=address, secret=secret)
    except NotDelivered as error:
        problem = error
    except Refused as refused:
        problem = NotDelivered(refused.code, final=refused.status < 500)
    if problem is not None:
        log.warning("report_not_delivered", delivery=str(due.id), problem=problem.code, attempts=due.attempts + 1)
    checksum = None if made is None else made.checksum
    db.run(lambda session: note_delivery(session, due, problem, checksum), idempotent=True)
    return True


def _made(session: ReadSession, schedule: ReportSchedule, due: ReportDelivery) -> Made:
    wished = Wish(schedule.plan, due.period, due.as_of, due.known_at, {}, latest=False)
    return make(session, wished, ReportFormat(schedule.format), _language(schedule.language))


def _reached(session: ReadSession, recipient: AlertRecipient) -> tuple[str, str | None]:
    if not recipient.active:
        raise NotDelivered("recipient_inactive", final=True)
    cipher = session.info["cipher"]
    secret = None if recipient.secret is None else cipher.open(recipient.secret, about=SECRET + recipient.id.bytes).decode()
    return cipher.open(recipient.address, about=ADDRESS + recipient.id.bytes).decode(), secret


def _send(
    schedule: ReportSchedule, due: ReportDelivery, recipient: AlertRecipient, made: Made, *, address: str, secret: str | None
) -> None:
    form, id_ = Format(_language(schedule.language)), str(due.id)
    asked = {"as_of": due.as_of, "known_at": due.known_at.isoformat(), "lang": schedule.language}
    query = urlencode(({"period": due.period} if due.period else {}) | asked)
    link = f"{means.origin}/reports/{schedule.plan}.{schedule.format}?{query}"
    subject = form.text(_SUBJECT, name=schedule.name)
    told = {"name": schedule.name, "day": form.day(due.as_of), "checksum": made.checksum, "link": link}
    text = form.text(_TEXT, **told)
    if recipient.channel is Channel.WEBHOOK:
        data = {
            "schedule_id": str(schedule.id), "framework": schedule.plan, "period": due.period, "as_of": due.as_of.isoformat(),
            "known_at": due.known_at.isoformat(), "format": schedule.format, "language": schedule.language,
            "checksum": made.checksum, "title": subject, "text": text, "link": link,
        }  # fmt: skip
        content: dict[str, Any] = {"type": "report.ready", "timestamp": due.run_at.isoformat(), "data": data}
        send_webhook(address, secret or "", message_id=id_, content=content, private=means.private)
        return
    if means.mail is None:
        raise NotDelivered("no_mail_server")
    attached = Attached(made.filename, made.media_type.split(";", maxsplit=1)[0], made.data)
    means.mail.send(address, subject=subject, text=text, message_id=id_, language=schedule.language, attached=attached)


def _language(code: str) -> Language:
    return "ko" if code == "ko" else "en"


def look_for_restatements(db: Database) -> int:
    """Count the plans' latest closed reports anew and note what is otherwise; how many figures. Safe to run twice, anywhere."""
    noted = 0
    with db.read() as session:
        rows = session.scalars(select(Closing).order_by(col(Closing.closed_at).desc()).limit(_MOST_LOOKED_AT)).all()
        found = {row.id: _noted(session, row) for row in rows}
    for closing_id, figures in found.items():
        noted += db.run(partial(note_restatements, closing_id=closing_id, found=figures))
    return noted


def _noted(session: ReadSession, row: Closing) -> list[Noted]:
    wished = Wish(row.plan, row.period, row.as_of, clock.now(), {}, latest=True)
    current = gather(session, wished)
    english = Format("en")
    return [Noted(each.id, each.frozen, each.current, each.why(english), each.facts()) for each in restated(row.content, current)]
