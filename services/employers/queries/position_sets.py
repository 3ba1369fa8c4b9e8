"""Which postings have what: a set of bits for every value, so that any filter with all its counts takes milliseconds.

Kept in memory beside the database that it is made from, and brought up to date before every use by what changed since: every
posting carries the number of its last change, which is given in the order of the commits. Of 50,000 postings this is 10 MB.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, String, select, type_coerce
from sqlmodel import col

from services.employers.tables.search import JobHead, PositionDocument, PositionIndex, PositionSkill
from shared.db import ReadSession

Bits = int
PARTS: Final = ("state", "field", "kind", "region", "band", "salary", "company_id", "skill")
_PLANES: Final = 14  # of a number of seats
_FEW: Final = 50
# Read as they are stored: members of these enumerations are their texts, and making 100,000 of them takes its time.
_STATE: Final = type_coerce(col(PositionIndex.state), String)
_KIND: Final = type_coerce(col(PositionIndex.kind), String)
_COLUMNS: Final = (
    col(PositionIndex.number), col(PositionIndex.position_id), col(PositionIndex.title), col(PositionIndex.seats),
    _STATE, col(PositionIndex.field), _KIND, col(PositionIndex.region), col(PositionIndex.band),
    col(PositionIndex.salary), col(PositionIndex.company_id),
)  # fmt: skip
_MOST_WORDS: Final = 1_000
_MOST_COMPARED: Final = 20_000

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting as a page needs it."""

    position_id: UUID
    title: str
    salary: int | None


@dataclass(frozen=True, slots=True)
class Sets:
    """The sets as they were when the change of this number was the last. Nobody changes them any more."""

    number: int
    having: Mapping[str, Mapping[Any, Bits]]
    planes: Sequence[Bits]
    postings: Mapping[int, Posting]

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


class PositionSets:
    """The sets of one database, and what words were found in: kept, and corrected by every change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._epoch: str | None = None
        self._last = 0
        self._seen: Sets | None = None
        self._words: dict[Words, Bits] = {}
        self._forget()

    @property
    def number(self) -> int:
        """The last change that is in the sets; 0 before they were made."""
        return self._last

    def at(self, session: ReadSession) -> Sets:
        """The sets as `session` sees the database. Its first read is this one: so nobody is ever behind who came later."""
        with self._lock:
            head = session.execute(select(col(JobHead.number), col(JobHead.epoch))).first()
            number, epoch = head if head is not None else (0, None)
            if epoch != self._epoch or number < self._last:
                self._forget()
            if number > self._last:
                self._take_in(session, number)
            self._epoch, self._last = epoch, number
            if self._seen is None or self._seen.number != number:
                having = {part: dict(sets) for part, sets in self._having.items()}
                self._seen = Sets(number, having, tuple(self._planes), self._postings)
            return self._seen

    def holding(self, sets: Sets, words: Words, find: Callable[[], Bits]) -> Bits:
        """The postings that hold the words: as known, else as `find` finds them. Nobody waits for what another looks for."""
        with self._lock:
            if self._last == sets.number and words in self._words:
                self._words[words] = known = self._words.pop(words)  # the last in the order of use
                return known
        found = find()
        with self._lock:
            if self._last == sets.number:
                self._words[words] = found
                if len(self._words) > _MOST_WORDS:
                    del self._words[next(iter(self._words))]
        return found

    def _forget(self) -> None:
        self._having: dict[str, dict[Any, Bits]] = {part: defaultdict(int) for part in PARTS}
        self._planes: list[Bits] = [0] * _PLANES
        self._postings: dict[int, Posting] = {}
        self._seen = None
        self._last = 0
        self._words.clear()

    def _take_in(self, session: ReadSession, head: int) -> None:
        since = (col(PositionIndex.change) > self._last) & (col(PositionIndex.change) <= head)
        rows = session.execute(select(*_COLUMNS).where(since)).all()
        self._take_out(bits_of(row[0] for row in rows if row[0] in self._postings))
        self._postings.update((row[0], Posting(row[1], row[2], row[9])) for row in rows)
        for place, part in enumerate(PARTS[:-1], 4):
            self._add(part, ((row[place], row[0]) for row in rows))
        asked = select(col(PositionSkill.skill), col(PositionSkill.number)).join(
            PositionIndex, col(PositionIndex.number) == col(PositionSkill.number)
        )
        self._add("skill", ((skill, number) for skill, number in session.execute(asked.where(since))))
        for place in range(_PLANES):
            self._planes[place] |= bits_of(row[0] for row in rows if row[3] >> place & 1)
        self._find_anew(session, since, len(rows))

    def _add(self, part: str, told: Iterable[tuple[Any, int]]) -> None:
        added: dict[Any, list[int]] = defaultdict(list)
        for value, number in told:
            added[value].append(number)
        for value, numbers in added.items():
            self._having[part][value] |= bits_of(numbers)

    def _take_out(self, gone: Bits) -> None:
        if gone:
            for sets in self._having.values():
                for value in sets:
                    sets[value] &= ~gone
            self._planes = [plane & ~gone for plane in self._planes]

    def _find_anew(self, session: ReadSession, since: ColumnElement[bool], changed: int) -> None:
        """Look for the words that are known in what changed; where that is much, the engine is asked again."""
        if changed * len(self._words) > _MOST_COMPARED:
            self._words.clear()
        if not self._words:
            return
        told = select(col(PositionDocument.number), col(PositionDocument.document)).join(
            PositionIndex, col(PositionIndex.number) == col(PositionDocument.number)
        )
        documents = session.execute(told.where(since)).all()
        gone = ~bits_of(number for number, _ in documents)
        for words, known in self._words.items():
            anew = bits_of(number for number, document in documents if all(word in document for word in words))
            self._words[words] = known & gone | anew


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
