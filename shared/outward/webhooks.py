"""Webhooks as Standard Webhooks describes them: signed, with an id that stays the same on every attempt."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final

import httpx

from shared import clock
from shared.outward.addresses import ForbiddenAddress, destination

PREFIX: Final = "whsec_"
TIMEOUT: Final = 10.0


class NotDelivered(Exception):
    """A message did not arrive. Holds a code; `final`: it never will."""

    def __init__(self, code: str, *, final: bool = False) -> None:
        self.code, self.final = code, final
        super().__init__(code)


def is_secret(text: str) -> bool:
    """Whether a text is a signing secret: `whsec_` and the base64 of 24 to 64 bytes."""
    try:
        raw = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return text.startswith(PREFIX) and 24 <= len(raw) <= 64


def send_webhook(url: str, secret: str, *, message_id: str, content: Mapping[str, Any], private: bool) -> None:
    """Post a message, signed. Raises NotDelivered. Redirections are not followed, proxies not used, answers not read."""
    from standardwebhooks import Webhook  # only who sends one needs it

    at = clock.now()
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    try:
        to = destination(url, private=private)
    except ForbiddenAddress as error:
        raise NotDelivered(error.code, final=error.code != "unknown_host") from None
    headers = {
        "Host": to.authority,
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "HuStar-Tracker",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(msg_id=message_id, timestamp=at, data=body),
    }
    try:
        with (
            httpx.Client(follow_redirects=False, trust_env=False, timeout=TIMEOUT) as client,
            client.stream("POST", to.url, content=body.encode(), headers=headers, extensions=_named(to.host)) as answer,
        ):
            status = answer.status_code
    except httpx.HTTPError as error:
        raise NotDelivered("timeout" if isinstance(error, httpx.TimeoutException) else "unreachable") from None
    if not 200 <= status < 300:
        raise NotDelivered(f"status_{status}", final=status == 410)


def _named(host: str) -> dict[str, Any]:
    """The certificate must be of the name that was given, although the request goes to the address that was looked up."""
    return {"sni_hostname": host}
