"""Industry fields in words: Daegu's 5+1 industries, and the HuStar fields of Daegu and Gyeongbuk. Others go by their code."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.i18n import Language

FIELDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({
    "future_mobility": ("미래형자동차", "Future mobility"),
    "water": ("물", "Water"),
    "medical": ("의료", "Medical"),
    "robot": ("로봇", "Robot"),
    "energy": ("에너지", "Energy"),
    "smart_city": ("스마트시티", "Smart city"),
    "ict": ("ICT", "ICT"),
    "ai_sw": ("AI·SW", "AI and software"),
    "bio": ("바이오", "Bio"),
})  # fmt: skip


def field_name(code: str, language: Language) -> str:
    """What a field is called; its code, where it has no name."""
    korean, english = FIELDS.get(code, (code, code))
    return korean if language == "ko" else english
