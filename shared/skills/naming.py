"""Skills that somebody names with levels, by the codes under which every service knows them."""

import re
from collections.abc import Mapping
from typing import Final

from shared.errors import N_, FieldError, Invalid
from shared.i18n.language import Language
from shared.skills.taxonomy import Taxonomy, shipped

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,79}")


def name_of(code: str, language: Language) -> str:
    """What readers call the shipped skill of that code; the code itself for one that an administrator added."""
    found = shipped().get(code)
    return found.name(language) if found is not None else code


def by_code(named: Mapping[str, int], *, known: Taxonomy | None = None, pointer: str = "/skills") -> dict[str, int]:
    """The level by code of skills that are named by code, name or synonym, among those `known`: the shipped ones if left out.

    What has the form of a code is taken for one, since administrators add skills. Raises Invalid for any other word that
    the taxonomy does not know, and for two names of one skill.
    """
    known = known or shipped()
    result: dict[str, int] = {}
    problems: list[FieldError] = []
    for place, (name, level) in enumerate(named.items()):
        found = known.find(name)
        code = found.code if found is not None else name if _CODE.fullmatch(name) else None
        if code is None:
            problems.append(FieldError(f"{pointer}/{place}", "unknown_skill", N_("There is no such skill in the taxonomy.")))
        elif code in result:
            problems.append(FieldError(f"{pointer}/{place}", "repeated", N_("Another name of the same skill stands here too.")))
        else:
            result[code] = level
    if problems:
        raise Invalid(*problems)
    return result
