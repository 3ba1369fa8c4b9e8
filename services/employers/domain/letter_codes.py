"""One byte for a letter: texts as `shared.letters` has them, small enough to be read through by tens of thousands.

Korean letters take three bytes each in UTF-8. What stands for them here are characters of one byte that no such text holds;
every other letter stays what it is, so nothing is found that is not there.
"""

from typing import Final

_SINGLE: Final = [*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]  # first, middle and last letters
# Small letters, digits, + and # and the edge stand for themselves; what engines or their queries could misread is left out.
_TAKEN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789+#|\"'\\%_* \t\n\r")
_FREE: Final = [code for code in range(1, 127) if chr(code) not in _TAKEN]
_CODES: Final = dict(zip(_SINGLE, _FREE, strict=False))


def coded(text: str) -> str:
    """`text` with a character of one byte for every Korean letter."""
    return text.translate(_CODES)
