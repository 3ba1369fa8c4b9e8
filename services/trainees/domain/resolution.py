"""Which human each of many records is about: decided from what is held, whatever the order of the records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Final
from uuid import UUID

from services.trainees.domain.persons import PersonData, applied, changes, is_somebody_else

REPEATED: Final = "repeated"
ERASED: Final = "erased_before"
NUMBER_OF_ANOTHER: Final = "number_of_another"
PERSON_OF_ANOTHER_NUMBER: Final = "person_of_another_number"

_Place = tuple[int, bytes, int]


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says about a human, with the hashes that find them. `line` names the record among its siblings."""

    line: int
    person: PersonData
    student_no: str | None = field(repr=False)
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
    `vacates` is set where another record may take over what identified the person before. `brings_number` is set where
    the student number is not held yet. `line` is the other record where that is the problem.
    """

    told: Told
    person_id: UUID | None = None
    changed: tuple[str, ...] = ()
    becomes: PersonData | None = None
    vacates: bool = False
    brings_number: bool = False
    problem: str | None = None
    line: int | None = None


class Resolver:
    """Resolves records against what is held: `by_number` and `by_identity` find somebody, `held` is what we know of them.

    `held` needs only those whose content differs from what is told. The answer depends on the set of records, not on
    their order, except that of records about the same human, or with the same number, the first one counts. Resolving
    the same records against what they led to changes nothing: what is refused is refused again.
    """

    def __init__(
        self, by_number: Mapping[bytes, Found], by_identity: Mapping[bytes, Found], held: Mapping[UUID, PersonData]
    ) -> None:
        self._by_number = by_number
        self._by_identity = dict(by_identity)
        self._identities = {found.person_id: identity for identity, found in by_identity.items()}
        self._held = held
        self._lines: dict[bytes | UUID, int] = {}

    def resolve(self, records: Sequence[Told]) -> list[Resolution]:
        """One resolution per record, in the records' order."""
        resolved: dict[int, Resolution] = {}
        waiting: dict[bytes, list[_Place]] = {}
        queue = [self._place(told, index) for index, told in enumerate(records)]
        heapify(queue)
        while queue:
            place = heappop(queue)
            index = place[-1]
            told = records[index]
            resolution = resolved[index] = self._unique(self._alone(told))
            if resolution.problem == PERSON_OF_ANOTHER_NUMBER:
                waiting.setdefault(told.identity, []).append(place)
            elif resolution.vacates:
                for released in waiting.pop(self._vacated(resolution), ()):
                    heappush(queue, released)
        return [resolved[index] for index in range(len(records))]

    def _place(self, told: Told, index: int) -> _Place:
        """First whom we hold as told, then known student numbers, then those that only look like somebody we know."""
        found = self._by_number.get(told.number) if told.number is not None else None
        if found is None:
            return (2, b"", index)
        # Of two numbers of one person neither is the first by its place in the file.
        return (1 if self._compare(found, told)[0] else 0, told.number or b"", index)

    def _alone(self, told: Told) -> Resolution:
        """The resolution of one record, as if no other were about the same human."""
        by_number = self._by_number.get(told.number) if told.number is not None else None
        by_identity = self._by_identity.get(told.identity)
        if by_number and by_identity and by_number.person_id != by_identity.person_id:
            return Resolution(told, problem=PERSON_OF_ANOTHER_NUMBER)
        found = by_number or by_identity
        if found is None:
            return Resolution(told, brings_number=told.number is not None)
        changed, becomes = self._compare(found, told)
        if becomes is not None and is_somebody_else(self._held[found.person_id], told.person):
            return Resolution(told, problem=NUMBER_OF_ANOTHER)
        brings_number = told.number is not None and by_number is None
        return Resolution(
            told,
            found.person_id,
            changed=changed + ("student_no",) * brings_number,
            becomes=becomes,
            vacates=self._identities.get(found.person_id, told.identity) != told.identity,
            brings_number=brings_number,
        )

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
            return Resolution(told, problem=REPEATED, line=other)
        self._lines.update(dict.fromkeys(names, told.line))
        return resolution

    def _vacated(self, resolution: Resolution) -> bytes:
        """The identity that a person no longer has: whoever is told to have it now is somebody else."""
        assert resolution.person_id is not None
        identity = self._identities.pop(resolution.person_id)
        del self._by_identity[identity]
        return identity
