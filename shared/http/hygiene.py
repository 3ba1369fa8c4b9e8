"""What no text that comes in may hold: control characters, and numbers that may never be stored."""

import json
from itertools import pairwise
from typing import Any, Final

from shared.errors import N_, FieldError, Invalid
from shared.http.refusals import MAX_DEPTH, MalformedJson, ResidentNumber
from shared.http.validation import is_harmless_name
from shared.personal_data import (
    are_halves_of_resident_number,
    looks_like_resident_number,
    looks_like_resident_number_value,
    may_be_corporate_number,
)
from shared.text import composed, has_forbidden_character

_CONTROL: Final = ("control_character", N_("Holds a character that no text may hold."))
_CORPORATE: Final = "/corporate_number"  # the one field whose right values look like what may not come in
_NUMBERS_OF_THEIR_OWN: Final = frozenset({"student_no", "phone", "business_number"})
_RESIDENT: Final = ("resident_number", N_("Holds a resident registration number."))


def check_text(name: str, value: str) -> None:
    """Refuse a parameter, form field or file name. Raises Invalid, ResidentNumber."""
    shown = name if is_harmless_name(name) else ""
    if has_forbidden_character(value) or has_forbidden_character(name):
        raise Invalid(FieldError(shown, *_CONTROL))
    if looks_like_resident_number(value) or looks_like_resident_number(name):
        raise ResidentNumber(FieldError(shown, *_RESIDENT))


def clean_json(raw: bytes) -> bytes:
    """`raw` if it is JSON that may come in, with its texts composed (NFC).

    Raises MalformedJson for what is not UTF-8 or JSON, for NaN, infinities, repeated names and deep nesting; Invalid for
    control characters; ResidentNumber.
    """
    try:
        tree = json.loads(raw.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedJson from None
    walk = _Walk()
    tree = walk.through(tree, "", 0)
    if walk.resident:
        raise ResidentNumber(*walk.resident)
    if walk.control:
        raise Invalid(*walk.control)
    return json.dumps(tree, ensure_ascii=False).encode() if walk.changed else raw


class _Walk:
    def __init__(self) -> None:
        self.changed = False
        self.control: list[FieldError] = []
        self.resident: list[FieldError] = []

    def through(self, node: Any, pointer: str, depth: int) -> Any:
        if isinstance(node, str):
            return self._text(node, pointer)
        if isinstance(node, dict | list) and depth >= MAX_DEPTH:
            raise MalformedJson
        if isinstance(node, dict | list):
            self._halves(node, pointer)
        if isinstance(node, dict):
            return {name: self.through(value, self._below(pointer, name), depth + 1) for name, value in node.items()}
        if isinstance(node, list):
            return [self.through(value, f"{pointer}/{index}", depth + 1) for index, value in enumerate(node)]
        if isinstance(node, int) and looks_like_resident_number_value(node):
            self.resident.append(FieldError(pointer, *_RESIDENT))
        return node

    def _halves(self, node: dict[str, Any] | list[Any], pointer: str) -> None:
        """Texts next to each other that together are a number. Of student numbers some look like the rest of one."""
        named = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
        for (_, front), (name, back) in pairwise(named):
            both = isinstance(front, str) and isinstance(back, str) and name not in _NUMBERS_OF_THEIR_OWN
            if both and are_halves_of_resident_number(front, back):
                self.resident.append(FieldError(pointer, *_RESIDENT))

    def _text(self, text: str, pointer: str) -> str:
        if has_forbidden_character(text):
            self.control.append(FieldError(pointer, *_CONTROL))
        elif looks_like_resident_number(text) and not (pointer.endswith(_CORPORATE) and may_be_corporate_number(text)):
            self.resident.append(FieldError(pointer, *_RESIDENT))
        else:
            better = composed(text)
            self.changed = self.changed or better is not text
            return better
        return text

    def _below(self, pointer: str, name: str) -> str:
        if is_harmless_name(name):
            return f"{pointer}/{name}"
        self._text(name, pointer)
        return pointer


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name occurs twice")
    return names


def _no_constant(_name: str) -> Any:
    raise ValueError("not a JSON number")
