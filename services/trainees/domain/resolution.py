"""Which human each of many records is about: decided from what is held, whatever the order of the records."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.trainees.domain.persons import PersonData, applied, changes, is_somebody_else


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says about a human, with the hashes that find them. `line` names the record among its siblings."""

    line: int
    person: PersonData
    student_no: str | None
    identity: bytes
    content: bytes
    number: bytes | None


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whom a hash found."""

    person_id: UUID
    content: bytes


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who it is: `person_id` None is somebody new. With `problem` set (a code) it is not decided, and nothing is stored.

    `changed` names the fields that the record changes and `becomes` is then what we know of the person afterwards;
    `brings_number` is set where the student number is not held yet. `line` is the other record where that is the problem.
    """

    told: Told
    person_id: UUID | None = None
    changed: tuple[str, ...] = ()
    becomes: PersonData | None = None
    brings_number: bool = False
    problem: str | None = None
    line: int | None = None


class Resolver:
    """Resolves records against what is held: `by_number` and `by_identity` find somebody, `held` is what we know of them.

    `held` needs only those whose content differs from what is told.
    """

    def __init__(self, by_number: dict[bytes, Found], by_identity: dict[bytes, Found], held: dict[UUID, PersonData]) -> None:
        self._by_number = by_number
        self._by_identity = by_identity
        self._held = held
        self._lines: dict[bytes | UUID, int] = {}

    def resolve(self, records: Sequence[Told]) -> list[Resolution]:
        """One resolution per record, in the records' order.

        A second record about the same human is refused. A record whose student number is held goes before one that only
        looks like the same human, then the earlier before the later.
        """
        order = sorted(range(len(records)), key=lambda index: not self._has_known_number(records[index]))
        resolved: dict[int, Resolution] = {}
        for index in order:
            resolved[index] = self._unique(self._alone(records[index]))
        return [resolved[index] for index in range(len(records))]

    def _has_known_number(self, told: Told) -> bool:
        return told.number is not None and told.number in self._by_number

    def _alone(self, told: Told) -> Resolution:
        """The resolution of one record, as if there were no other."""
        by_number = self._by_number.get(told.number) if told.number is not None else None
        by_identity = self._by_identity.get(told.identity)
        if by_number and by_identity and by_number.person_id != by_identity.person_id:
            return Resolution(told, problem="person_of_another_number")
        found = by_number or by_identity
        if found is None:
            return Resolution(told, brings_number=told.number is not None)
        changed, becomes = self._compare(found, told)
        if is_somebody_else(changed):
            return Resolution(told, problem="number_of_another")
        brings_number = told.number is not None and by_number is None
        return Resolution(told, found.person_id, changed + ("student_no",) * brings_number, becomes, brings_number)

    def _compare(self, found: Found, told: Told) -> tuple[tuple[str, ...], PersonData | None]:
        if found.content == told.content:
            return (), None
        held = self._held[found.person_id]
        changed = changes(held, told.person)
        return changed, applied(held, told.person) if changed else None

    def _unique(self, resolution: Resolution) -> Resolution:
        if resolution.problem is not None:
            return resolution
        told = resolution.told
        names = [name for name in (told.number, told.identity, resolution.person_id) if name is not None]
        other = next((self._lines[name] for name in names if name in self._lines), None)
        if other is not None:
            return Resolution(told, problem="repeated", line=other)
        self._lines.update(dict.fromkeys(names, told.line))
        return resolution
