"""Text as it may come in: composed (NFC), without control characters, without characters that reorder what is shown."""

import re
import unicodedata
from typing import Final

# C0 and C1 controls but tab, line feed and carriage return; lone surrogates; bidirectional overrides and isolates.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def has_forbidden_character(text: str) -> bool:
    """Whether `text` holds a character that no stored or displayed text may hold."""
    return _FORBIDDEN.search(text) is not None


def composed(text: str) -> str:
    """`text` in Unicode's composed form: Korean typed on a Mac arrives as single letters."""
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
