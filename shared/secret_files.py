"""Secrets that are files: `HUSTAR_SECRET_FILE=/run/secrets/x` instead of `HUSTAR_SECRET=...`, for every secret setting."""

import os
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

SUFFIX: Final = "_FILE"
_LARGEST: Final = 64 * 1024


class SecretFileError(Exception):
    """A file that should hold a secret cannot be used. The text names the variable and the file, never what is in it."""


class SecretFiles(PydanticBaseSettingsSource):
    """What the files hold that `<VARIABLE>_FILE` names, without the line end that editors leave. Not both may be given.

    An empty file says nothing, like an empty variable.
    """

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = variable_of(field)
        place = os.environ.get(variable + SUFFIX) if _is_secret(field) else None
        if not place:
            return None, field_name, False
        if os.environ.get(variable):
            raise SecretFileError(f"{variable} and {variable}{SUFFIX} are both set: keep one")
        return _content(Path(place), variable) or None, field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def variable_of(field: FieldInfo) -> str:
    """The environment variable of a setting."""
    alias = field.validation_alias
    assert isinstance(alias, AliasChoices), "every setting names its variable"
    return str(alias.choices[0])


def _is_secret(field: FieldInfo) -> bool:
    return field.annotation is SecretStr or SecretStr in get_args(field.annotation)


def _content(place: Path, variable: str) -> str:
    try:
        raw = place.read_bytes()
        text = raw.decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretFileError(f"{variable}{SUFFIX}: {place} cannot be read ({type(error).__name__})") from None
    if len(raw) > _LARGEST:
        raise SecretFileError(f"{variable}{SUFFIX}: {place} is too large for a secret")
    return text
