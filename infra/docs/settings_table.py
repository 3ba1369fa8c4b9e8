"""The table of settings in README and configure.md, from the descriptions in shared/settings.py: `make docs` writes it."""

import re
from enum import Enum
from pathlib import Path

from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from shared.settings import Settings

README = Path(__file__).parents[2] / "README.md"
CONFIGURE = Path(__file__).parent / "operations" / "configure.md"
PLACE = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- /settings -->)", re.DOTALL)


def settings_table() -> str:
    """One row per setting: the variable, its default, and what it means."""
    rows = [(_variable(field), _default(field), field.description or "") for field in _fields()]
    lines = [f"| `{variable}` | {default} | {meaning} |" for variable, default, meaning in rows]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *lines]) + "\n"


def variables() -> list[str]:
    """The names of all environment variables that are settings."""
    return [_variable(field) for field in _fields()]


def _fields() -> list[FieldInfo]:
    """What every installation sets comes first, then what Settings has from the part about one engine."""
    return [field for _, field in sorted(Settings.model_fields.items(), key=lambda item: item[0] not in Settings.__annotations__)]


def with_settings(page: str) -> str:
    """A page whose table of settings is up to date. Raises ValueError when it has no place for one."""
    if not PLACE.search(page):
        raise ValueError("the page lacks <!-- settings --> and <!-- /settings --> on lines of their own")
    return PLACE.sub(lambda _: settings_table(), page)


def _variable(field: FieldInfo) -> str:
    alias = field.validation_alias
    assert isinstance(alias, AliasChoices), "every setting names its variable"
    return str(alias.choices[0])


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return "-"
    if isinstance(value, bool):
        return f"`{int(value)}`"
    return f"`{value.value if isinstance(value, Enum) else value}`"


if __name__ == "__main__":
    for page in (README, CONFIGURE):
        page.write_text(with_settings(page.read_text(encoding="utf-8")), encoding="utf-8")
