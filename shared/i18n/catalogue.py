"""Reads the .po files once and translates: no compiled files to forget."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po

from shared.errors import Term
from shared.i18n.language import Language

FOLDER: Final = Path(__file__).parent


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every translation into `language`, of all domains. English is what the code says and needs none.

    Where two domains translate a text, that of `shared` is taken.
    """
    merged: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.po"), key=lambda path: (path.stem != "shared", path.stem)):
        merged = {**domain(path), **merged}
    return merged


def domain(path: Path) -> Mapping[str, str]:
    """The finished translations of one .po file."""
    with path.open("rb") as file:
        messages = read_po(file, abort_invalid=True)
    return {_key(str(m.id), m.context): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}


def _key(message: str, context: str | None) -> str:
    """Where a message stands in the catalogue, written as gettext does."""
    return f"{context}\x04{message}" if context else message


def translate(message: str, language: Language, params: Mapping[str, object] | None = None) -> str:
    """`message` in `language` with its placeholders filled; texts among `params`, also in lists, are translated too.

    What has no translation stays in English, and a placeholder without a value stays as it is.
    """
    known = catalogue(language)
    text = known.get(message, message)
    if not params:
        return text
    return text.format_map(_Lenient({name: _shown(value, known) for name, value in params.items()}))


def _shown(value: object, known: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return ", ".join(str(_shown(each, known)) for each in value)
    if isinstance(value, Term):
        return known.get(_key(value, value.context), str(value))
    return known.get(value, value) if isinstance(value, str) else value
