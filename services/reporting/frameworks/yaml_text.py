"""YAML as framework files are written: read without surprises, written so that reading gives the same again.

`on`, `off`, `yes` and `no` are words, as in YAML 1.2; a name twice in a mapping, an alias and a tag are refused.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from shared.errors import N_, FieldError

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML without libyaml reads the same, ten times slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

LARGEST: Final = 1024 * 1024
DEEPEST: Final = 40
_BOOLEAN: Final = "tag:yaml.org,2002:bool"


class NotYaml(Exception):
    """A text that cannot be read. Holds the line, a code and a text."""

    def __init__(self, code: str, message: str, line: int) -> None:
        self.code, self.message, self.line = code, message, line
        super().__init__(f"line {line}: {message}")

    def error(self) -> FieldError:
        return FieldError("", self.code, self.message)


class _Reader(_Loader):
    """Reads mappings whose names are all different."""


_Reader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Reader.add_implicit_resolver(_BOOLEAN, re.compile(r"^(?:true|false)$"), list("tf"))


def read(text: str) -> Any:
    """What a text says. Raises NotYaml."""
    try:
        loader = _Reader(text)
        try:
            node = loader.get_single_node()
            if node is not None:
                _check(node, 0)
            return None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise NotYaml("not_yaml", N_("This is not YAML."), 1 if mark is None else mark.line + 1) from None
    except (yaml.YAMLError, ValueError):
        raise NotYaml("not_yaml", N_("This is not YAML."), 1) from None


def _check(node: yaml.Node, depth: int, _seen: set[int] | None = None) -> None:
    seen = set() if _seen is None else _seen
    line = node.start_mark.line + 1
    if id(node) in seen:
        raise NotYaml("yaml_alias", N_("Anchors and aliases are not used here."), line)
    seen.add(id(node))
    if depth > DEEPEST:
        raise NotYaml("too_deep", N_("This is nested too deeply."), line)
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _check(child, depth + 1, seen)
    elif isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode) or name.value in names:
                raise NotYaml("repeated_name", N_("A name stands here twice, or is none."), name.start_mark.line + 1)
            names.add(name.value)
            _check(name, depth + 1, seen)
            _check(value, depth + 1, seen)


def lines(text: str) -> Mapping[str, int]:
    """The line of every part of a text, by its JSON Pointer."""
    found: dict[str, int] = {}
    loader = _Reader(text)
    try:
        node = loader.get_single_node()
        if node is not None:
            _lines(node, "", found)
    finally:
        loader.dispose()
    return found


def _lines(node: yaml.Node, pointer: str, found: dict[str, int]) -> None:
    found[pointer] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for place, child in enumerate(node.value):
            _lines(child, f"{pointer}/{place}", found)
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            _lines(value, f"{pointer}/{name.value}", found)


def line_of(pointer: str, known: Mapping[str, int]) -> int:
    """The line of a part, or of the nearest part around it that is there."""
    while pointer not in known and pointer:
        pointer = pointer.rpartition("/")[0]
    return known.get(pointer, 1)


class _Writer(yaml.SafeDumper):
    """Writes lists indented below their name, and everything where it stands: no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def write(content: object) -> str:
    """The text of plain content, in its own order."""
    text: str = yaml.dump(content, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=120)
    return text
