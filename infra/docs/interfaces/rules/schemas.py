"""What may not change in a schema: by who relies on it, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from infra.docs.interfaces.rules.findings import Use
from infra.docs.interfaces.rules.shapes import Schema, Shape, shape, type_of, values_of

Finding = tuple[str, str]

# A limit that grows (+1) or shrinks (-1) in value lets less through.
_LIMITS: Final[Mapping[str, int]] = {
    "minimum": 1, "exclusiveMinimum": 1, "minLength": 1, "minItems": 1, "minProperties": 1,
    "maximum": -1, "exclusiveMaximum": -1, "maxLength": -1, "maxItems": -1, "maxProperties": -1,
}  # fmt: skip
_EXACT: Final = ("pattern", "multipleOf", "uniqueItems", "contentEncoding", "contentMediaType")


@dataclass(frozen=True, slots=True)
class Schemas:
    """The two documents that two schemas are part of, and who relies on them."""

    before: Schema
    after: Schema
    use: Use

    def breaks(self, before: Any, after: Any, *, at: str = "") -> Iterator[Finding]:
        """Each place, in dots and brackets below `at`, and why what changed there breaks somebody."""
        yield from self._compare(before, after, at, frozenset())

    def _compare(self, before: Any, after: Any, at: str, above: frozenset[Any]) -> Iterator[Finding]:
        old, new = shape(before, self.before), shape(after, self.after)
        pair = (old.names, new.names)
        if old.names and pair in above:
            return
        below = above | {pair}
        if old.nullable and not new.nullable and not self.use.may_narrow:
            yield at, "may no longer be null"
        if new.nullable and not old.nullable and not self.use.may_widen:
            yield at, "may now be null"
        if len(old.forms) == len(new.forms) == 1:
            yield from self._forms(old.forms[0], new.forms[0], at, below)
        else:
            yield from self._unions(old, new, at, below)

    def _unions(self, old: Shape, new: Shape, at: str, above: frozenset[Any]) -> Iterator[Finding]:
        """Every form has to have one on the other side that it may have become, or have come from."""
        for form in () if self.use.may_narrow else old.forms:
            if all(any(self._forms(form, other, at, above)) for other in new.forms):
                yield at, f"retyped: no longer one of its forms is {_named(form)}"
        for form in () if self.use.may_widen else new.forms:
            if all(any(self._forms(other, form, at, above)) for other in old.forms):
                yield at, f"retyped: a form that nobody knows, {_named(form)}"

    def _forms(self, old: Schema, new: Schema, at: str, above: frozenset[Any]) -> Iterator[Finding]:
        retyped = list(self._types(old, new, at))
        yield from retyped
        if retyped:
            return
        yield from self._values(old, new, at)
        if self.use is not Use.READ:
            yield from self._limits(old, new, at)
        yield from self._fields(old, new, at, above)
        yield from self._items(old, new, at, above)

    def _types(self, old: Schema, new: Schema, at: str) -> Iterator[Finding]:
        before, after = type_of(old), type_of(new)
        if not self._tolerates(before, after, wider=(("integer", "number"),)):
            yield at, f"retyped: {before or 'anything'} became {after or 'anything'}"
        elif not self._tolerates(old.get("format"), new.get("format")):
            yield at, f"reformatted: {old.get('format') or 'no format'} became {new.get('format') or 'no format'}"

    def _tolerates(self, before: Any, after: Any, *, wider: tuple[tuple[Any, Any], ...] = ()) -> bool:
        """Whether a word that restricts may go from one to the other; None restricts nothing."""
        if before == after:
            return True
        if after is None or (before, after) in wider:
            return self.use.may_widen
        return (before is None or (after, before) in wider) and self.use.may_narrow

    def _values(self, old: Schema, new: Schema, at: str) -> Iterator[Finding]:
        before, after = values_of(old), values_of(new)
        if before is None or after is None:
            if not self._tolerates(before, after):
                yield at, "now takes listed values only" if before is None else "its values are no longer listed"
            return
        gone = [value for value in before if value not in after]
        if gone:
            yield at, f"no longer has the values {_listed(gone)}"
        # A caller may be told to expect further values in answers; a reader of the log refuses what it does not know.
        added = [value for value in after if value not in before]
        if added and self.use is Use.KEPT:
            yield at, f"has values that older readers refuse: {_listed(added)}"

    def _limits(self, old: Schema, new: Schema, at: str) -> Iterator[Finding]:
        for word, sign in _LIMITS.items():
            before, after = old.get(word), new.get(word)
            if before == after:
                continue
            narrower = before is None or (after is not None and (after - before) * sign > 0)
            if not (self.use.may_narrow if narrower else self.use.may_widen):
                yield at, f"{word}: {'no limit' if before is None else before} became {'no limit' if after is None else after}"
        for word in _EXACT:
            if not self._tolerates(old.get(word), new.get(word)):
                yield at, f"{word}: {old.get(word, 'none')} became {new.get(word, 'none')}"

    def _fields(self, old: Schema, new: Schema, at: str, above: frozenset[Any]) -> Iterator[Finding]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required, demanded = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            place = f"{at}.{name}"
            if name not in after:
                yield place, "removed"
                continue
            yield from self._compare(before[name], after[name], place, above)
            if name in demanded - required and not self.use.may_narrow:
                yield place, "is now required" if self.use is Use.SENT else "is now required: older records lack it"
            if name in required - demanded and not self.use.may_widen:
                yield place, "is no longer always there"
        for name in after.keys() - before.keys():
            if name in demanded and not self.use.may_narrow:
                yield f"{at}.{name}", "new and required" + (": older records lack it" if self.use is Use.KEPT else "")
        yield from self._further_fields(old, new, at, above)

    def _further_fields(self, old: Schema, new: Schema, at: str, above: frozenset[Any]) -> Iterator[Finding]:
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self._compare(before, after, f"{at}.*", above)
        elif after is False and before is not False and not self.use.may_narrow:
            yield at, "takes no further fields any more"
        elif isinstance(before, Mapping) and after is not before and not self.use.may_widen:
            yield f"{at}.*", "retyped: what its fields hold is no longer said"
        elif isinstance(after, Mapping) and before is not False and not self.use.may_narrow:
            yield f"{at}.*", "retyped: what its further fields hold is now said"

    def _items(self, old: Schema, new: Schema, at: str, above: frozenset[Any]) -> Iterator[Finding]:
        before, after = old.get("prefixItems", []), new.get("prefixItems", [])
        if len(before) != len(after):
            yield at, f"retyped: {len(before)} places became {len(after)}"
        for number, (one, other) in enumerate(zip(before, after, strict=False)):
            yield from self._compare(one, other, f"{at}[{number}]", above)
        if "items" in old or "items" in new:
            yield from self._compare(old.get("items", True), new.get("items", True), f"{at}[]", above)


def _named(form: Schema) -> str:
    return str(form.get("title") or type_of(form) or "anything")


def _listed(values: list[Any]) -> str:
    return ", ".join(str(value) for value in values)
