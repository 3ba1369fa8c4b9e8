"""Texts in the reader's language: English message ids in the code, Korean catalogues beside this file."""

from shared.i18n.catalogue import translate
from shared.i18n.language import DEFAULT, Language, negotiate

__all__ = ["DEFAULT", "Language", "negotiate", "translate"]
