"""Which postings have what: a set of bits for every value, so that any filter with all its counts takes milliseconds.

Kept in memory beside the database that it is made from, and brought up to date before every use by what changed since: every
posting carries the number of its last change, which is given in the order of the commits. Of 50,000 postings this is 10 MB.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlmodel import col

from services.employers.tables.search import JobHead, PositionIndex, PositionSkill
from shared.db import ReadSession

Bits = int
PARTS: Final = ("state", "field", "kind", "region", "band", "salary", "company_id", "skill")
_PLANES: Final = 14  # of a number of seats
_FEW: Final = 50
_COLUMNS: Final = tuple(
    col(column)
    for column in (
        PositionIndex.number, PositionIndex.position_id, PositionIndex.change, PositionIndex.title, PositionIndex.seats,
        PositionIndex.state, PositionIndex.field, PositionIndex.kind, PositionIndex.region, PositionIndex.band,
        PositionIndex.salary, PositionIndex.company_id,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting as it stands in the sets."""

    position_id: UUID
    title: str
    seats: int
    salary: int | None
    values: Mapping[str, Sequence[Any]]


@dataclass(slots=True)
class PositionSets:
    """The sets of one database. Whoever uses them holds `lock`."""

    lock: Any = field(default_factory=Lock)
    having: dict[str, dict[Any, Bits]] = field(default_factory=lambda: {part: defaultdict(int) for part in PARTS})
    planes: list[Bits] = field(default_factory=lambda: [0] * _PLANES)
    postings: dict[int, Posting] = field(default_factory=dict)
    epoch: str | None = None
    last: int = 0

    def every(self) -> Bits:
        """All postings there are."""
        found = 0
        for bits in self.having["state"].values():
            found |= bits
        return found

    def any_of(self, part: str, values: Iterable[Any]) -> Bits:
        """The postings that have one of the values."""
        found = 0
        for value in values:
            found |= self.having[part].get(value, 0)
        return found

    def counts(self, found: Bits, part: str) -> list[tuple[Any, int, int]]:
        """Of what was found: every value that occurs, with its postings and their seats; the most frequent first."""
        planes = [(place, found & plane) for place, plane in enumerate(self.planes) if found & plane]
        counted = []
        for value, bits in self.having[part].items():
            ads = (found & bits).bit_count()
            if ads:
                counted.append((value, ads, sum((plane & bits).bit_count() << place for place, plane in planes)))
        return sorted(counted, key=lambda each: (-each[1], str(each[0])))

    def seats(self, found: Bits) -> int:
        """The seats asked for in what was found."""
        return sum((found & plane).bit_count() << place for place, plane in enumerate(self.planes))

    def bring_up(self, session: ReadSession) -> None:
        """Take in what changed since the last time. The caller holds the lock."""
        head = session.execute(select(col(JobHead.number), col(JobHead.epoch))).first()
        number, epoch = head if head is not None else (0, None)
        if epoch != self.epoch or number < self.last:
            self._forget()
        if number > self.last:
            self._take_in(session, number)
        self.epoch, self.last = epoch, number

    def _forget(self) -> None:
        self.having = {part: defaultdict(int) for part in PARTS}
        self.planes, self.postings, self.last = [0] * _PLANES, {}, 0

    def _take_in(self, session: ReadSession, head: int) -> None:
        since = (col(PositionIndex.change) > self.last) & (col(PositionIndex.change) <= head)
        rows = session.execute(select(*_COLUMNS).where(since)).all()
        asked = select(col(PositionSkill.number), col(PositionSkill.skill)).join(
            PositionIndex, col(PositionIndex.number) == col(PositionSkill.number)
        )
        skills: dict[int, list[str]] = defaultdict(list)
        for number, skill in session.execute(asked.where(since)):
            skills[number].append(skill)
        self._replace([(row[0], _posting(row, skills.get(row[0], []))) for row in rows])

    def _replace(self, postings: Sequence[tuple[int, Posting]]) -> None:
        self._take_out(bits_of(number for number, _ in postings if number in self.postings))
        added: dict[tuple[str, Any], list[int]] = defaultdict(list)
        for number, posting in postings:
            self.postings[number] = posting
            for part, values in posting.values.items():
                for value in values:
                    added[part, value].append(number)
        for (part, value), numbers in added.items():
            self.having[part][value] |= bits_of(numbers)
        for place in range(_PLANES):
            self.planes[place] |= bits_of(number for number, posting in postings if posting.seats >> place & 1)

    def _take_out(self, gone: Bits) -> None:
        if gone:
            for sets in self.having.values():
                for value in sets:
                    sets[value] &= ~gone
            self.planes = [plane & ~gone for plane in self.planes]


def _posting(row: Sequence[Any], skills: Sequence[str]) -> Posting:
    values: Sequence[Any] = row[5:]
    told: dict[str, Sequence[Any]] = {part: (value,) for part, value in zip(PARTS[:-1], values, strict=True)}
    return Posting(row[1], row[3], row[4], row[10], {**told, "skill": skills})


def bits_of(numbers: Iterable[int]) -> Bits:
    """The set of these numbers."""
    wanted = list(numbers)
    if len(wanted) < _FEW:
        found = 0
        for number in wanted:
            found |= 1 << number
        return found
    octets = bytearray((max(wanted) >> 3) + 1)
    for number in wanted:
        octets[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(octets, "little")


def newest(found: Bits) -> Iterator[int]:
    """The numbers in a set, the highest first."""
    while found:
        number = found.bit_length() - 1
        yield number
        found ^= 1 << number


def members(found: Bits) -> list[int]:
    """The numbers in a set, the highest first, all at once."""
    octets = found.to_bytes((found.bit_length() + 7) // 8, "little")
    return [place * 8 + bit for place in range(len(octets) - 1, -1, -1) if octets[place] for bit in _BITS[octets[place]]]


_BITS: Final = [[bit for bit in range(7, -1, -1) if octet >> bit & 1] for octet in range(256)]
_SETS: Final[WeakKeyDictionary[Any, PositionSets]] = WeakKeyDictionary()
_MAKING: Final = Lock()


def sets_of(session: ReadSession) -> PositionSets:
    """The sets of the database that a session reads."""
    engine = session.get_bind()
    with _MAKING:
        return _SETS.setdefault(engine, PositionSets())
