"""Mail, by the SMTP server of the installation."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Final
from urllib.parse import unquote, urlsplit

from shared import clock
from shared.outward.webhooks import NotDelivered

TIMEOUT: Final = 10.0
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along with a message."""

    filename: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in: `smtp://`, `smtp+starttls://` or `smtps://`, with user and password if need be."""

    url: str
    sender: str

    def send(self, to: str, *, subject: str, text: str, message_id: str, language: str, attached: Attached | None = None) -> None:
        """Hand in a message, with a file if there is one. Raises NotDelivered."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"] = formatdate(clock.now().timestamp())
        message["Message-ID"] = f"<{message_id}@hustar.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        message["Content-Language"] = language  # after the content, which would take it away
        if attached is not None:
            main, _, sub = attached.media_type.partition("/")
            message.add_attachment(attached.data, maintype=main, subtype=sub, filename=attached.filename)
        try:
            self._hand_in(message)
        except smtplib.SMTPRecipientsRefused:
            raise NotDelivered("recipient_refused") from None
        except smtplib.SMTPAuthenticationError:
            raise NotDelivered("mail_login_refused") from None
        except (smtplib.SMTPException, OSError):
            raise NotDelivered("mail_server_unreachable") from None

    def _hand_in(self, message: EmailMessage) -> None:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "localhost", parts.port or _PORTS[parts.scheme]
        trusted = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=trusted)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        with server:
            if parts.scheme == "smtp+starttls":
                server.starttls(context=trusted)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
