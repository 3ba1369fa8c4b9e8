"""What may not change in an OpenAPI document: what a caller could do, it still can, and understands the answer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from infra.docs.interfaces.rules.findings import Break, Use
from infra.docs.interfaces.rules.schemas import Finding, Schemas

Document = Mapping[str, Any]
Operation = Mapping[str, Any]
Address = tuple[str, str]

_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_PARAMETER: Final = re.compile(r"\{[^}]*\}")


def http_breaks(name: str, before: Document, after: Document) -> Iterator[Break]:
    """The breaks between two versions of a service's document called `name`."""
    old, new = _operations(before), _operations(after)
    paths = {path for _, path in new}
    for (method, path), (place, operation) in old.items():
        if (method, path) in new:
            found = _Operations(before, after).breaks(operation, new[method, path][1], path=place)
            yield from (Break(name, f"{method} {place} {where}".rstrip(), why) for where, why in found)
        elif path in paths:
            yield Break(name, f"{method} {place}", "the method is removed")
        else:
            yield Break(name, f"{method} {place}", "the path is removed")


def _operations(document: Document) -> dict[Address, tuple[str, Operation]]:
    """Each operation with its path. What a path calls its parameters is no caller's concern."""
    return {
        (method.upper(), _PARAMETER.sub("{}", path)): (path, operation)
        for path, item in document.get("paths", {}).items()
        for method, operation in item.items()
        if method in _METHODS
    }


@dataclass(frozen=True, slots=True)
class _Operations:
    """The rules for one operation, between two documents."""

    before: Document
    after: Document

    def breaks(self, old: Operation, new: Operation, *, path: str) -> Iterator[Finding]:
        yield from _callers(old, new)
        yield from self._parameters(old, new, path)
        yield from self._body(old.get("requestBody"), new.get("requestBody"))
        yield from self._responses(old.get("responses", {}), new.get("responses", {}))

    def _schemas(self, use: Use) -> Schemas:
        return Schemas(self.before, self.after, use)

    def _parameters(self, old: Operation, new: Operation, path: str) -> Iterator[Finding]:
        before, after = _parameters(old), _parameters(new)
        for key, parameter in before.items():
            place = f"{key[0]} parameter {parameter['name']}"
            if key not in after:
                yield place, "removed"
                continue
            if after[key].get("required", False) and not parameter.get("required", False):
                yield place, "is now required"
            was, becomes = parameter.get("schema", True), after[key].get("schema", True)
            if key[0] == "query":
                becomes = _once(was, becomes)
            for at, why in self._schemas(Use.SENT).breaks(was, becomes):
                yield place + at, why
        for key, parameter in after.items():
            if key not in before and parameter.get("required", False):
                yield f"{key[0]} parameter {parameter['name']}", "new and required"

    def _body(self, old: Any, new: Any) -> Iterator[Finding]:
        if old is None:
            if new is not None and new.get("required", False):
                yield "body", "new and required"
            return
        if new is None:
            yield "body", "removed: no body is taken any more"
            return
        if new.get("required", False) and not old.get("required", False):
            yield "body", "is now required"
        yield from self._contents("body", old, new, Use.SENT)

    def _responses(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
        for status, response in old.items():
            if status not in new:
                yield f"answer {status}", "removed"
            else:
                yield from self._contents(f"answer {status}", response, new[status], Use.READ)

    def _contents(self, place: str, old: Mapping[str, Any], new: Mapping[str, Any], use: Use) -> Iterator[Finding]:
        before, after = old.get("content", {}), new.get("content", {})
        for media_type, content in before.items():
            if media_type not in after:
                yield f"{place} {media_type}", "removed"
                continue
            schemas = (content.get("schema", True), after[media_type].get("schema", True))
            for at, why in self._schemas(use).breaks(*schemas):
                yield f"{place} {media_type} {at}".rstrip(), why


def _once(was: Any, becomes: Any) -> Any:
    """What a query parameter may be that is given once: one that may be given several times is still written the same."""
    repeats = isinstance(becomes, Mapping) and becomes.get("type") == "array" and becomes.get("minItems", 0) <= 1
    return becomes.get("items", True) if repeats and isinstance(was, Mapping) and was.get("type") != "array" else becomes


def _parameters(operation: Operation) -> dict[tuple[str, str | int], Mapping[str, Any]]:
    """By place and name; those of the path by their order, whatever they are called."""
    found: dict[tuple[str, str | int], Mapping[str, Any]] = {}
    for parameter in operation.get("parameters", ()):
        place, name = parameter["in"], parameter["name"]
        number = sum(where == "path" for where, _ in found)
        found[place, number if place == "path" else name.lower() if place == "header" else name] = parameter
    return found


def _callers(old: Operation, new: Operation) -> Iterator[Finding]:
    """Who may call. No roles at all means that any caller with a token may."""
    if new.get("security") and not old.get("security"):
        yield "security", "needs a token now"
        return
    before, after = set(old.get("x-roles", ())), set(new.get("x-roles", ()))
    if not new.get("security") or not after:
        return
    if not before:
        yield "security", f"may now be called by {', '.join(sorted(after))} only"
    elif before - after:
        yield "security", f"may no longer be called by {', '.join(sorted(before - after))}"
