"""Alerts over HTTP: rules, who is told, what was raised, and what came of telling."""

from typing import Final
from uuid import UUID

from services.reporting import commands
from services.reporting.api.policies import MANAGE, OVERSEE
from services.reporting.queries import alerting as queries
from services.reporting.schemas.alerts import (
    AlertPublic,
    DeliveryPublic,
    RecipientChange,
    RecipientCreate,
    RecipientPublic,
    RuleChange,
    RuleCreate,
    RulePublic,
)
from services.reporting.tables import Alert, AlertDelivery, AlertRecipient, AlertRule
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter

router: Final = ServiceRouter(prefix="/api/v1", tags=["alerts"])


@router.get("/alert-rules", policy=OVERSEE, response_model=Listing[RulePublic])
def list_rules(session: ReadSession, page: Page) -> Rows[AlertRule]:
    return queries.rules(session, page)


@router.post("/alert-rules", policy=MANAGE, response_model=RulePublic, status_code=201)
def make_rule(body: RuleCreate, session: WriteSession, reply: Reply) -> AlertRule:
    """Watch something: a figure, a goal's pace, late or missing data, or figures that disagree with their source."""
    rule = commands.make_rule(session, watch=body.watched, said=body.model_dump(exclude={"watched"}))
    reply.located(f"/api/v1/alert-rules/{rule.id}")
    return rule


@router.get("/alert-rules/{rule_id}", policy=OVERSEE, response_model=RulePublic)
def read_rule(rule_id: UUID, session: ReadSession) -> AlertRule:
    return queries.find_rule(session, rule_id)


@router.patch("/alert-rules/{rule_id}", policy=MANAGE, response_model=RulePublic)
def change_rule(rule_id: UUID, body: RuleChange, session: WriteSession, *, if_match: IfMatch) -> AlertRule:
    """Watch it otherwise, or no longer."""
    changes = body.model_dump(exclude_none=True, exclude={"watched"})
    return commands.change_rule(session, rule_id, watch=body.watched, changes=changes, expected=if_match)


@router.get("/alert-recipients", policy=MANAGE, response_model=Listing[RecipientPublic])
def list_recipients(session: ReadSession, page: Page) -> Rows[AlertRecipient]:
    """Who is told. Where to is not shown."""
    return queries.recipients(session, page)


@router.post("/alert-recipients", policy=MANAGE, response_model=RecipientPublic, status_code=201)
def add_recipient(body: RecipientCreate, session: WriteSession, reply: Reply) -> AlertRecipient:
    """Tell somebody, by a signed webhook (Standard Webhooks) or by mail, in their language."""
    said = {**body.model_dump(exclude={"address", "secret"}), "rules": [str(each) for each in body.rules]}
    row = commands.add_recipient(session, address=body.address, secret=body.secret, said=said)
    reply.located(f"/api/v1/alert-recipients/{row.id}")
    return row


@router.get("/alert-recipients/{recipient_id}", policy=MANAGE, response_model=RecipientPublic)
def read_recipient(recipient_id: UUID, session: ReadSession) -> AlertRecipient:
    return queries.find_recipient(session, recipient_id)


@router.patch("/alert-recipients/{recipient_id}", policy=MANAGE, response_model=RecipientPublic)
def change_recipient(recipient_id: UUID, body: RecipientChange, session: WriteSession, *, if_match: IfMatch) -> AlertRecipient:
    """Tell them elsewhere, of other rules, in another language, or no longer."""
    changes = body.model_dump(exclude_none=True, exclude={"address", "secret"})
    if body.rules is not None:
        changes["rules"] = [str(each) for each in body.rules]
    body.check(queries.find_recipient(session, recipient_id).channel)
    return commands.change_recipient(
        session, recipient_id, address=body.address, secret=body.secret, changes=changes, expected=if_match
    )


@router.get("/alerts", policy=OVERSEE, response_model=Listing[AlertPublic])
def list_alerts(session: ReadSession, page: Page, *, raised: bool | None = None) -> Rows[Alert]:
    """What was raised, the oldest first; with `raised=true` what stands."""
    return queries.alerts(session, page, raised=raised)


@router.get("/alerts/{alert_id}", policy=OVERSEE, response_model=AlertPublic)
def read_alert(alert_id: UUID, session: ReadSession) -> Alert:
    return queries.find_alert(session, alert_id)


@router.get("/alerts/{alert_id}/deliveries", policy=OVERSEE, response_model=Listing[DeliveryPublic])
def list_deliveries(alert_id: UUID, session: ReadSession, page: Page) -> Rows[AlertDelivery]:
    """Who was told of it, when, and what kept others from being told."""
    return queries.deliveries(session, alert_id, page)
