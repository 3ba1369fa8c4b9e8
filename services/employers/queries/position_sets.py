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

from sqlalchemy import ColumnElement, String, func, select, type_coerce
from sqlmodel import col

from services.employers.queries.position_letters import Letters
from services.employers.tables.search import JobHead, PositionIndex, PositionLetters, PositionSkill
from shared.db import ReadSession

Bits = int
PARTS: Final = ("state", "field", "kind", "region", "band", "salary", "company_id", "company_said", "skill")
_PLANES: Final = 14  # of a number of seats
_FEW: Final = 50
# Read as they are stored: members of these enumerations are their texts, and making 100,000 of them takes its time.
_STATE: Final = type_coerce(col(PositionIndex.state), String)
_KIND: Final = type_coerce(col(PositionIndex.kind), String)
_COLUMNS: Final = (
    col(PositionIndex.number), col(PositionIndex.position_id), col(PositionIndex.title), col(PositionIndex.seats),
    _STATE, col(PositionIndex.field), _KIND, col(PositionIndex.region), col(PositionIndex.band),
    col(PositionIndex.salary), col(PositionIndex.company_id), col(PositionIndex.company_said),
)  # fmt: skip
_MOST_WORDS: Final = 1_000
_MOST_COMPARED: Final = 20_000
_SAMPLE: Final = 400
BLOCK: Final = 512
_OCTETS: Final = BLOCK // 8


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
    titles: Mapping[int, str]

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

    def counts(self, found: Bits, part: str, *, most: int | None = None) -> list[tuple[Any, int, int]]:
        """Of what was found: the values that occur, with their postings and seats; the most frequent first, `most` at most."""
        planes = [(place, found & plane) for place, plane in enumerate(self.planes) if found & plane]
        ads = [(value, (found & bits).bit_count()) for value, bits in self.having[part].items()]
        frequent = sorted((each for each in ads if each[1]), key=lambda each: (-each[1], str(each[0])))[:most]
        having = self.having[part]
        return [
            (value, many, sum((plane & having[value]).bit_count() << place for place, plane in planes))
            for value, many in frequent
        ]

    def titled(self, found: Bits, words: Sequence[str], *, wanted: bool) -> Iterator[int]:
        """Those of `found` that have all words in their titles, or (`wanted` False) have not; the highest number first."""
        for block, bits in blocks(found):
            maybe = all(word in self.titles.get(block, "") for word in words)
            if wanted and not maybe:
                continue  # nobody in it has: most blocks are passed over like this
            for number in newest(bits):
                title = self.postings[block * BLOCK + number].title
                if wanted == (maybe and all(word in title for word in words)):
                    yield block * BLOCK + number

    def seats(self, found: Bits) -> int:
        """The seats asked for in what was found."""
        return sum((found & plane).bit_count() << place for place, plane in enumerate(self.planes))


class PositionSets:
    """The sets of one database, and what letters were found in: kept, and corrected by every change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._epoch: str | None = None
        self._last = 0
        self._seen: Sets | None = None
        self._words: dict[bytes, Bits] = {}
        self._sample: Sequence[bytes] = ()
        self._sampled = 0
        self._complete = -1
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
                self._seen = Sets(number, having, tuple(self._planes), self._postings, dict(self._titles))
            return self._seen

    def holding(self, sets: Sets, wanted: bytes, find: Callable[[], Bits]) -> Bits:
        """The postings in whose letters these stand: as known, else by the letters that are kept, else as `find` finds them.
        Nobody waits for what another looks for.
        """
        with self._lock:
            if self._last == sets.number and wanted in self._words:
                self._words[wanted] = known = self._words.pop(wanted)  # the last in the order of use
                return known
            letters = self._letters if self._last == sets.number and len(self._letters) == len(self._postings) else None
        found = letters.holding(wanted) if letters is not None else find()
        with self._lock:
            if self._last == sets.number:
                self._words[wanted] = found
                if len(self._words) > _MOST_WORDS:
                    del self._words[next(iter(self._words))]
                return found
        return find() if letters is not None else found  # somebody took in changes meanwhile

    def share(self, session: ReadSession, sets: Sets, wanted: bytes) -> float:
        """About how many of all postings hold these letters, from 0 to 1: as many as do of some that are kept for this."""
        many = len(sets.postings)
        if not self._sampled or many > 2 * self._sampled:
            numbers = list(sets.postings)[:: max(1, many // _SAMPLE)]
            column = col(PositionLetters.number)
            self._sample = session.execute(select(col(PositionLetters.letters)).where(column.in_(numbers))).scalars().all()
            self._sampled = many
        return sum(wanted in each for each in self._sample) / len(self._sample) if self._sample else 0.0

    def all_have_letters(self, session: ReadSession, sets: Sets) -> bool:
        """Whether there is no posting whose letters are still to be written. Counted once for each change."""
        if self._complete != sets.number:
            many = session.execute(select(func.count()).select_from(PositionLetters)).scalar_one()
            if many < sets.every().bit_count():
                return False
            self._complete = sets.number
        return True

    def _forget(self) -> None:
        self._having: dict[str, dict[Any, Bits]] = {part: defaultdict(int) for part in PARTS}
        self._planes: list[Bits] = [0] * _PLANES
        self._postings: dict[int, Posting] = {}
        self._titles: dict[int, str] = {}
        self._seen = None
        self._last = 0
        self._sampled = 0
        self._words.clear()
        self._letters = Letters()

    def _take_in(self, session: ReadSession, head: int) -> None:
        since = (col(PositionIndex.change) > self._last) & (col(PositionIndex.change) <= head)
        rows = session.execute(select(*_COLUMNS).where(since)).all()
        self._take_out(bits_of(row[0] for row in rows if row[0] in self._postings))
        self._postings.update((row[0], Posting(row[1], row[2], row[9])) for row in rows)
        for block in {row[0] // BLOCK for row in rows}:
            numbers = range(block * BLOCK, (block + 1) * BLOCK)
            self._titles[block] = "\n".join(self._postings[number].title for number in numbers if number in self._postings)
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
        """Take in the letters of what changed, and look for the words that are known in them; where that is much, they are
        looked for anew once somebody asks.
        """
        told = select(col(PositionLetters.number), col(PositionLetters.letters)).join(
            PositionIndex, col(PositionIndex.number) == col(PositionLetters.number)
        )
        letters = session.execute(told.where(since)).all()
        self._letters.take_in(letters)
        if changed * len(self._words) > _MOST_COMPARED:
            self._words.clear()
        gone = ~bits_of(number for number, _ in letters)
        for wanted, known in self._words.items():
            self._words[wanted] = known & gone | bits_of(number for number, each in letters if wanted in each)


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


def blocks(found: Bits) -> Iterator[tuple[int, Bits]]:
    """The set in blocks of numbers that stand together, the highest first: a long set is slow to take numbers from."""
    octets = found.to_bytes((found.bit_length() + 7) // 8, "little")
    for block in range((len(octets) - 1) // _OCTETS, -1, -1):
        bits = int.from_bytes(octets[block * _OCTETS : (block + 1) * _OCTETS], "little")
        if bits:
            yield block, bits


_SETS: Final[WeakKeyDictionary[Any, PositionSets]] = WeakKeyDictionary()
_MAKING: Final = Lock()


def sets_of(session: ReadSession) -> PositionSets:
    """The sets of the database that a session reads."""
    engine = session.get_bind()
    with _MAKING:
        return _SETS.setdefault(engine, PositionSets())
