"""Reads framework files, and says of one that is wrong where and what is allowed there."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from services.reporting.frameworks import yaml_text
from services.reporting.frameworks.checking import Surroundings, problems
from services.reporting.frameworks.documents import Framework
from services.reporting.frameworks.parts import Text
from shared.errors import N_, FieldError
from shared.http.validation import body_errors

FOLDER: Final = Path(__file__).parent
Content = TypeVar("Content")


class FrameworkError(Exception):
    """A framework file cannot be used. The text names the file, the line, the place and what is wrong."""

    def __init__(self, name: str, errors: Sequence[FieldError], known: Mapping[str, int]) -> None:
        self.errors = [_placed(error, known) for error in errors]
        super().__init__("\n".join(f"{name}:{line}: {_told(error)}" for line, error in self.errors))


def field_errors(error: FrameworkError) -> list[FieldError]:
    """The same for the caller of an API: the line stands in front of the pointer, as in `/lines/57/goals/0/node`."""
    return [FieldError(f"/lines/{line}{each.pointer}", each.code, each.message, each.params) for line, each in error.errors]


@cache
def field_names() -> Mapping[str, Text]:
    """The names of industry fields, by code. Raises FrameworkError."""
    path = FOLDER / "dimensions" / "fields.yaml"
    return parsed(path.read_text(encoding="utf-8"), path.name, TypeAdapter(dict[str, Text]).validate_python)


def shipped() -> Sequence[Path]:
    """The files that come with the product."""
    return sorted(FOLDER.glob("*.yaml"))


def fingerprint(content: bytes) -> str:
    """What tells one content of a file from another."""
    return sha256(content).hexdigest()


@cache
def read_file(path: Path, digest: str) -> Framework:
    """The plan in a file whose content has this fingerprint, checked by itself. Raises FrameworkError."""
    content = path.read_bytes()
    if fingerprint(content) != digest:
        raise FrameworkError(path.name, [FieldError("", "changed", N_("The file changed while it was read."))], {})
    return read_text(content.decode(encoding="utf-8"), path.name, expected_id=path.stem)


def read_text(
    text: str, name: str, *, expected_id: str | None = None, goals: Sequence[str] = (), measures: Sequence[str] = ()
) -> Framework:
    """The plan that a text describes; `goals` and `measures` are ids that other plans use. Raises FrameworkError."""
    framework = parsed(text, name, Framework.model_validate)
    found = problems(framework, Surroundings(goals, measures, field_names()))
    if expected_id is not None and framework.id != expected_id:
        found.insert(0, FieldError("/id", "other_id", N_("Must be {expected}."), {"expected": expected_id}))
    if found:
        raise FrameworkError(name, found, yaml_text.lines(text))
    return framework


def parsed(text: str, name: str, parse: Callable[[object], Content]) -> Content:
    """What a YAML text says, given its form by `parse`. Raises FrameworkError."""
    try:
        content = yaml_text.read(text)
    except yaml_text.NotYaml as error:
        raise FrameworkError(name, [error.error()], {"": error.line}) from None
    try:
        return parse(content)
    except ValidationError as error:
        found = body_errors(error.errors(include_url=False, include_input=False))
        raise FrameworkError(name, found, yaml_text.lines(text)) from None


def written(framework: Framework) -> str:
    """A plan as a file: reading it gives the same plan."""
    return yaml_text.write(framework.content())


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of framework files, as it is published beside them."""
    content = Framework.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Framework file", **content}


def _placed(error: FieldError, known: Mapping[str, int]) -> tuple[int, FieldError]:
    return yaml_text.line_of(error.pointer, known), error


def _told(error: FieldError) -> str:
    return f"{error.pointer or '/'}: {_spelled(error)} ({error.code})"


def _spelled(error: FieldError) -> str:
    return error.message.format_map(dict(error.params or {}))
