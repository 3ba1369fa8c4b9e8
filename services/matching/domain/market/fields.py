"""Which industry fields are close enough that training in one prepares for work in the other."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Advice for recommendations only: a person may put forward whom they like. Codes as the programs use them.
RELATED: Final[Mapping[str, frozenset[str]]] = MappingProxyType({
    "future_mobility": frozenset({"robot", "energy", "ict", "ai_sw"}),
    "water": frozenset({"energy", "smart_city"}),
    "medical": frozenset({"bio", "ai_sw"}),
    "robot": frozenset({"future_mobility", "ict", "ai_sw"}),
    "energy": frozenset({"future_mobility", "water"}),
    "smart_city": frozenset({"water", "ict", "ai_sw"}),
    "ict": frozenset({"future_mobility", "robot", "smart_city", "ai_sw"}),
    "ai_sw": frozenset({"future_mobility", "medical", "robot", "smart_city", "ict", "bio"}),
    "bio": frozenset({"medical", "ai_sw"}),
})  # fmt: skip


def related(one: str, other: str) -> bool:
    """Whether two fields are different and close. It holds both ways; a field that is not listed is close to none."""
    return other in RELATED.get(one, frozenset())
