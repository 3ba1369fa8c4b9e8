"""Which of our languages a reader wants (RFC 9110, 12.5.4)."""

from functools import lru_cache
from typing import Final, Literal

Language = Literal["ko", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("ko", "en")
DEFAULT: Final[Language] = "ko"
_LONGEST: Final = 500


def negotiate(header: str | None) -> Language:
    """The best of our languages for an Accept-Language header; Korean when it names none of them."""
    return _negotiate(header[:_LONGEST]) if header else DEFAULT


@lru_cache(maxsize=256)
def _negotiate(header: str) -> Language:
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        tag, _, parameter = part.strip().partition(";")
        weights.setdefault(tag.strip().split("-")[0], _weight(parameter))
    rest = weights.get("*", 0.0)
    by_mention = sorted(LANGUAGES, key=lambda language: language not in weights or list(weights).index(language))
    best = max(by_mention, key=lambda language: weights.get(language, rest))
    return best if weights.get(best, rest) > 0 else DEFAULT


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
