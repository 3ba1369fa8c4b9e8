"""Text as a search sees it: Korean taken apart into letters, spaces and marks left out, so that 로봇제어 is 로봇 제어.

A syllable of Korean is two or three letters (NFD): a search for 로보 finds 로봇 while it is being typed, and words of two
syllables are long enough for an index of letters in threes.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

EDGE: Final = "|"
GRAM: Final = 3
_OTHER: Final = re.compile(r"[^\w+#]|_")
_RUNS: Final = re.compile(r"[ᄀ-ᇿ]+|[a-z]+[+#]*|[0-9]+|[^\W_]+")


@lru_cache(maxsize=8192)
def letters(text: str) -> str:
    """`text` without case, spaces and marks, Korean in single letters. `+` and `#` stay: C++ and C# are not C."""
    return _OTHER.sub("", _folded(text))


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """The same as words, which end where the script changes: `AI를` is `ai` and `를`."""
    return tuple(_RUNS.findall(_folded(text)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())


def document(texts: Iterable[str]) -> str:
    """What can be found of `texts`: each as a whole, then how its words begin, with an EDGE before and after each.

    A term looks at where words begin only when it is short: two letters of them are enough, and one that is the whole word.
    """
    told = [text for text in texts if text]
    wholes = dict.fromkeys(letters(text) for text in told)
    begins = dict.fromkeys(word[: GRAM - 1] if len(word) > 1 else word + EDGE for text in told for word in words(text))
    return EDGE + EDGE.join([*wholes, *begins]) + EDGE


def terms(query: str, *, most: int = 8) -> list[str]:
    """What a document must hold, all of it, to be found by `query`. Every term has at least three letters.

    A short word (`AI`, `의`) has to begin a word of the document, and a single letter (`C`) to be one.
    """
    folded = dict.fromkeys(letters(part) for part in query.split())
    return [_long_enough(term) for term in folded if term][:most]


def _long_enough(term: str) -> str:
    if len(term) >= GRAM:
        return term
    return EDGE + term if len(term) == GRAM - 1 else EDGE + term + EDGE


def grams(text: str) -> set[str]:
    """Every three letters that stand side by side in `text`."""
    return {text[place : place + GRAM] for place in range(len(text) - GRAM + 1)}
