"""Pydantic's complaints as our field errors: a pointer, a stable code and a text, and never what was sent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic_core import PydanticCustomError

from shared.errors import N_, FieldError
from shared.personal_data import looks_like_resident_number

_LAST_OR: Final = re.compile(r" or (?=\S+$)")
_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_.$-]{0,63}")
_ANOTHER: Final = ("invalid", N_("This value cannot be accepted."))
_TEXT: Final = ("not_text", N_("Must be a text."))
_INTEGER: Final = ("not_integer", N_("Must be a whole number."))
_NUMBER: Final = ("not_number", N_("Must be a number."))
_BOOLEAN: Final = ("not_boolean", N_("Must be true or false."))
_DATE: Final = ("not_date", N_("Must be a date such as 2026-03-01."))
_INSTANT: Final = ("not_datetime", N_("Must be a date and time with its zone, such as 2026-03-01T09:00:00+09:00."))
_TIME: Final = ("not_time", N_("Must be a time of day such as 09:00."))
_UUID: Final = ("not_uuid", N_("Must be a UUID."))
_CHOICE: Final = ("not_a_choice", N_("Must be one of: {expected}."))
_LIST: Final = ("not_list", N_("Must be a list."))
_OBJECT: Final = ("not_object", N_("Must be an object."))
_PATTERN: Final = ("wrong_form", N_("Does not have the expected form."))

_KNOWN: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("required", N_("This is required.")),
    "extra_forbidden": ("unknown_field", N_("There is no such field.")),
    "string_too_short": ("too_short", N_("Needs at least {min_length} characters.")),
    "string_too_long": ("too_long", N_("May have at most {max_length} characters.")),
    "too_short": ("too_few", N_("Needs at least {min_length} entries.")),
    "too_long": ("too_many", N_("May have at most {max_length} entries.")),
    "greater_than": ("too_small", N_("Must be greater than {gt}.")),
    "greater_than_equal": ("too_small", N_("Must be at least {ge}.")),
    "less_than": ("too_big", N_("Must be less than {lt}.")),
    "less_than_equal": ("too_big", N_("Must be at most {le}.")),
    "multiple_of": ("not_multiple", N_("Must be a multiple of {multiple_of}.")),
    "finite_number": ("not_number", N_("Must be a number.")),
    "string_pattern_mismatch": _PATTERN,
    "date_past": ("not_past", N_("Must be in the past.")),
    "date_future": ("not_future", N_("Must be in the future.")),
    "timezone_aware": _INSTANT,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "union_tag_invalid": _CHOICE,
    "union_tag_not_found": ("required", N_("This is required.")),
    "dict_type": _OBJECT,
    "dict_attributes_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
}
_FAMILIES: Final[Sequence[tuple[str, tuple[str, str]]]] = (
    ("string_", _TEXT), ("int_", _INTEGER), ("float_", _NUMBER), ("decimal_", _NUMBER), ("bool_", _BOOLEAN),
    ("datetime_", _INSTANT), ("date_", _DATE), ("time_", _TIME), ("uuid_", _UUID), ("list_", _LIST), ("tuple_", _LIST),
    ("set_", _LIST), ("frozen_set_", _LIST), ("url_", _PATTERN),
)  # fmt: skip


def wrong(code: str, message: str, *, at: str | None = None, **params: str | int) -> PydanticCustomError:
    """The error for a validator of a request model to raise: `message` is marked N_() and may use `params`.

    `params` are shown: they say what would be right, never what was sent. `at` is the field that is wrong, for validators of
    a whole model.
    """
    return PydanticCustomError("ours", "refused", {"code": code, "message": message, "params": params, "at": at})


def body_errors(errors: Iterable[Mapping[str, Any]], body: Any = None) -> list[FieldError]:
    """Errors of a request body, with JSON Pointers (RFC 6901) into it."""
    return [_field_error(error, _pointer(error["loc"], body)) for error in errors]


def parameter_errors(errors: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Errors of path, query, header and cookie parameters, with the parameter's name: `loc` is (where, name, ...)."""
    return [_field_error(error, str(error["loc"][1]) if len(error["loc"]) > 1 else "") for error in errors]


def _field_error(error: Mapping[str, Any], pointer: str) -> FieldError:
    context = error.get("ctx") or {}
    if error["type"] == "ours":
        pointer += f"/{context['at']}" if context.get("at") else ""
        return FieldError(pointer, context["code"], context["message"], context["params"])
    code, message = _meaning(error["type"])
    limits = {name: value for name, value in context.items() if isinstance(value, str | int | float) and name != "error"}
    if "expected_tags" in context:
        limits = {"expected": context["expected_tags"]}
    if "expected" in limits:
        # pydantic says "'a', 'b' or 'c'", whatever the language of the answer.
        limits["expected"] = _LAST_OR.sub(", ", str(limits["expected"])).replace("'", "")
    return FieldError(pointer, code, message, limits)


def _meaning(kind: str) -> tuple[str, str]:
    known = _KNOWN.get(kind)
    return known or next((meaning for family, meaning in _FAMILIES if kind.startswith(family)), _ANOTHER)


def _pointer(location: Sequence[str | int], body: Any = None) -> str:
    """The place as far as its names are ours or harmless: a name that the caller made up may be anything.

    Of several kinds of content pydantic names the one that was chosen as a step, which is none in the content.
    """
    pointer = ""
    for step in location:
        if isinstance(body, dict) and step not in body and step in body.values():
            continue
        body = _within(body, step)
        if isinstance(step, str) and not is_harmless_name(step):
            break
        pointer += "/" + str(step).replace("~", "~0").replace("/", "~1")
    return pointer


def _within(body: Any, step: str | int) -> Any:
    if isinstance(body, dict):
        return body.get(step)
    return body[step] if isinstance(body, list) and isinstance(step, int) and step < len(body) else None


def is_harmless_name(name: str) -> bool:
    """Whether a name may be repeated to the caller: it looks like a field's name and like nothing personal."""
    return _NAME.fullmatch(name) is not None and not looks_like_resident_number(name)
