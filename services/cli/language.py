"""Which language a command speaks, and how it says a word."""

import os
from enum import StrEnum

from shared.errors import Term
from shared.i18n import translate


class Language(StrEnum):
    """A language of ours, as an option names it."""

    KO = "ko"
    EN = "en"


def terminals_language() -> Language:
    """What the terminal speaks, English where that is neither."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return Language.KO if spoken.startswith("ko") else Language.EN


def word(term: str, language: Language, *, context: str) -> str:
    """A name as the API has it, such as a state or a count, as people say it; in English that is the name."""
    return translate("{term}", language.value, {"term": Term(term, context=context)}).replace("_", " ")
