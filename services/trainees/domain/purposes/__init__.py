"""What names may be taken out of the system for: a table that is data (purposes.yaml), and what is asked of who does."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from shared.errors import N_, FieldError, Invalid

_FILE: Final = Path(__file__).with_name("purposes.yaml")
_REQUIRED: Final = N_("Names are exported for a purpose only: say in `purpose` what for. It is kept in the access log.")
_NOT_ALLOWED: Final = N_("Names are exported for a purpose of the list only. Must be one of: {expected}.")
_SAY_WHICH: Final = N_("Say in `purpose_note` which: the provision, the request or the audit.")
LONGEST_NOTE: Final = 150


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why names leave. `basis` is what that rests on; `note_required`: it has to be said more closely."""

    code: str
    name: Mapping[str, str]
    basis: Mapping[str, str]
    note_required: bool


def read_purposes(content: str) -> Mapping[str, Purpose]:
    """The table of a file, by code. Raises ValueError, KeyError."""
    found: dict[str, Purpose] = {}
    for said in yaml.safe_load(content)["purposes"]:
        if said["note"] not in ("required", "optional") or said["code"] in found:
            raise ValueError(f"{said['code']}: there twice, or with a note that is neither required nor optional")
        names, basis = {"ko": said["ko"], "en": said["en"]}, {"ko": said["basis"]["ko"], "en": said["basis"]["en"]}
        found[said["code"]] = Purpose(said["code"], names, basis, note_required=said["note"] == "required")
    return found


PURPOSES: Final = read_purposes(_FILE.read_text(encoding="utf-8"))


def stated(code: str | None, note: str | None) -> str:
    """A purpose as the access log has it: its code, and what was said more closely. Raises Invalid."""
    if code is None:
        raise Invalid(FieldError("purpose", "purpose_required", _REQUIRED))
    purpose = PURPOSES.get(code)
    if purpose is None:
        raise Invalid(FieldError("purpose", "not_a_choice", _NOT_ALLOWED, {"expected": ", ".join(PURPOSES)}))
    said = (note or "").strip()
    if purpose.note_required and not said:
        raise Invalid(FieldError("purpose_note", "required", _SAY_WHICH))
    return f"{code}: {said}" if said else code


def stated_if_any(code: str | None, note: str | None) -> str | None:
    """The same of a single look, which need not say what for; where it does, it says it by a code of the list. Raises Invalid."""
    return None if code is None else stated(code, note)
