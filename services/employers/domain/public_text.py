"""Free text as it may be shown to everybody: without the e-mail addresses and telephone numbers that people write into it."""

import re
from typing import Final

_MAIL: Final = re.compile(r"[\w.+%-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?82[-.\s)]*|\(?0)\d{1,2}[-.\s)]*\d{3,4}[-.\s]*\d{4}(?!\d)")
LEFT_OUT: Final = "[…]"


def without_contacts(text: str) -> str:
    """`text` with LEFT_OUT in place of every e-mail address and telephone number: a contact is asked for over the program."""
    return _PHONE.sub(LEFT_OUT, _MAIL.sub(LEFT_OUT, text))
