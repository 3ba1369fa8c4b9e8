"""What callers send and are shown of alert rules, recipients and alerts."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.reporting.domain.alerting import Change, Channel, DeliveryState, RuleKind, Severity
from services.reporting.domain.watching import Watch
from shared.errors import N_, FieldError, Invalid
from shared.http.bodies import Body
from shared.http.validation import wrong
from shared.outward.addresses import ForbiddenAddress, parsed
from shared.outward.webhooks import is_secret

Name = Annotated[str, Field(min_length=1, max_length=200)]
_MAILBOX = r"^[^@\s<>\"]{1,64}@[^@\s<>\"]{1,190}$"
_NO_ADDRESS = N_("Must be a mail address, or the URL of a webhook without user, password and fragment.")
_NO_SECRET = N_("A webhook needs a secret of the form whsec_ and base64 of 24 to 64 bytes; mail none.")
Rules = Annotated[list[UUID], Field(max_length=200)]


class RuleCreate(Body):
    """A rule: `watched` says what it watches, where its alert begins (`enter`) and where it ends (`leave`)."""

    name_ko: Name
    name_en: Name
    severity: Severity = Severity.WARNING
    watched: Watch


class RuleChange(Body):
    name_ko: Name | None = None
    name_en: Name | None = None
    severity: Severity | None = None
    active: bool | None = None
    watched: Watch | None = None


class RulePublic(BaseModel):
    id: UUID
    version: int
    name_ko: str
    name_en: str
    kind: RuleKind
    severity: Severity
    watched: dict[str, Any]
    active: bool
    looked_at: datetime | None
    raised_id: Annotated[UUID | None, Field(description="its alert that stands")]


class RecipientCreate(Body):
    """Somebody to tell: a webhook (`address` is a URL, `secret` signs) or a mailbox. Told in `language`, from `severity` on.

    `rules`: only of these, or of all when it is empty. The address is shown in part only, the secret never.
    """

    name: Name
    channel: Channel
    language: Literal["ko", "en"]
    address: Annotated[str, Field(min_length=3, max_length=1000)]
    secret: Annotated[str | None, Field(max_length=120)] = None
    severity: Severity = Severity.WARNING
    rules: Rules = Field(default_factory=list)

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not _is_address(self.channel, self.address):
            raise wrong("not_an_address", _NO_ADDRESS, at="address")
        if (self.channel is Channel.WEBHOOK) != (self.secret is not None) or (self.secret and not is_secret(self.secret)):
            raise wrong("signing_secret", _NO_SECRET, at="secret")
        return self


class RecipientChange(Body):
    name: Name | None = None
    language: Literal["ko", "en"] | None = None
    address: Annotated[str | None, Field(min_length=3, max_length=1000)] = None
    secret: Annotated[str | None, Field(max_length=120)] = None
    severity: Severity | None = None
    rules: Rules | None = None
    active: bool | None = None

    def check(self, channel: Channel) -> None:
        """Refuse what cannot be reached by the recipient's channel. Raises Invalid."""
        if self.address is not None and not _is_address(channel, self.address):
            raise Invalid(FieldError("/address", "not_an_address", _NO_ADDRESS))
        if self.secret is not None and (channel is not Channel.WEBHOOK or not is_secret(self.secret)):
            raise Invalid(FieldError("/secret", "signing_secret", _NO_SECRET))


class RecipientPublic(BaseModel):
    id: UUID
    version: int
    name: str
    channel: Channel
    language: str
    severity: Severity
    rules: list[str]
    active: bool


class AlertPublic(BaseModel):
    """A rule that was broken. It stands until `cleared_at`."""

    id: UUID
    version: int
    rule_id: UUID
    kind: RuleKind
    severity: Severity
    raised_at: datetime
    cleared_at: datetime | None
    figure: float
    cleared_figure: float | None
    detail: dict[str, Any]


class DeliveryPublic(BaseModel):
    """A message to one recipient, and what came of it."""

    id: UUID
    recipient_id: UUID
    change: Change
    state: DeliveryState
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    problem: str | None


def _is_address(channel: Channel, address: str) -> bool:
    if channel is Channel.EMAIL:
        return re.fullmatch(_MAILBOX, address) is not None
    try:
        parsed(address, private=True)
    except ForbiddenAddress:
        return False
    return True
