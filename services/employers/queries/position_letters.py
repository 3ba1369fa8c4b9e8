"""The letters of all postings, side by side in memory: a word that nobody looked for before is found in them in milliseconds.

Most stand in one row that vectors of letters are compared with, 250,000 at a time, so that it does not matter how many postings
hold a word. What changed since that row was made is looked through one by one, and taken into it once it has become much.
"""

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any, Final

Bits = int
_FEW: Final = 1_000  # are looked through one by one: so a small house never loads NumPy
_AT_ONCE: Final = 1 << 18  # what stays in a processor's cache
_TOGETHER: Final = 4  # letters that all of the row is compared with; the others only where these stand
_MOST_OCTETS: Final = 64 << 20  # more than this is left to the engine


class Letters:
    """The letters of each posting by its number, a byte each."""

    def __init__(self) -> None:
        self._few: dict[int, bytes] = {}
        self._row = _Row({})
        self._octets = 0
        self._full = False

    def __len__(self) -> int:
        """How many postings can be looked through; none where there is more than is kept here."""
        return 0 if self._full else len(self._few) + self._row.many

    def take_in(self, changed: Iterable[tuple[int, bytes]]) -> None:
        """The letters that postings have now."""
        if self._full:
            return
        for number, letters in changed:
            self._octets += len(letters) - len(self._few.get(number, b"")) - self._row.take_out(number)
            self._few[number] = letters
        if self._octets > _MOST_OCTETS:
            self._few, self._row, self._full = {}, _Row({}), True
        elif len(self._few) > _FEW:
            self._row = _Row({**self._row.left(), **self._few})
            self._few = {}

    def holding(self, wanted: bytes) -> Bits:
        """The postings in whose letters these stand side by side. May be asked while others take in changes: nothing breaks, but
        what is answered then holds for neither state.
        """
        row, few = self._row, list(self._few.items())
        found = row.holding(wanted)
        for number, each in few:
            if wanted in each:
                found |= 1 << number
        return found


class _Row:
    """Many letters in one. Postings may leave it; none comes in."""

    def __init__(self, letters: Mapping[int, bytes]) -> None:
        self._all = b"\n".join(letters.values())  # no letter is a line's end: nothing stands across two postings
        self._numbers = list(letters)
        self._starts = list(accumulate((len(each) + 1 for each in letters.values()), initial=0))[:-1]
        self._places = {number: place for place, number in enumerate(self._numbers)}
        self._gone: Bits = 0
        self._as_vectors: tuple[Any, Any] | None = None

    @property
    def many(self) -> int:
        """How many postings are in it."""
        return len(self._places)

    def take_out(self, number: int) -> int:
        """A posting is in it no more. Returns how many letters it had."""
        place = self._places.pop(number, None)
        if place is None:
            return 0
        self._gone |= 1 << number
        return len(self._letters_at(place))

    def left(self) -> dict[int, bytes]:
        """The letters of everybody who is still in it."""
        return {number: self._letters_at(place) for number, place in self._places.items()}

    def holding(self, wanted: bytes) -> Bits:
        """The postings in it in whose letters these stand."""
        if not self._numbers:
            return 0
        import numpy as np  # takes a tenth of a second, and only who has many postings needs it

        numbers, starts = self._vectors(np)
        places = _places_of(np, np.frombuffer(self._all, np.uint8), wanted)
        having = np.zeros(numbers.max() + 1, np.bool_)
        having[numbers[np.searchsorted(starts, places, side="right") - 1]] = True
        return int.from_bytes(np.packbits(having, bitorder="little").tobytes(), "little") & ~self._gone

    def _letters_at(self, place: int) -> bytes:
        end = self._starts[place + 1] - 1 if place + 1 < len(self._starts) else len(self._all)
        return self._all[self._starts[place] : end]

    def _vectors(self, np: Any) -> tuple[Any, Any]:
        if self._as_vectors is None:
            self._as_vectors = np.array(self._numbers), np.array(self._starts)
        return self._as_vectors


def _places_of(np: Any, letters: Any, wanted: bytes) -> Any:
    """Where in the row the wanted letters begin."""
    ends = len(letters) - len(wanted) + 1
    found = [np.zeros(0, np.int64)]
    for start in range(0, ends, _AT_ONCE):
        end = min(start + _AT_ONCE, ends)
        hit = letters[start:end] == wanted[0]
        for place in range(1, min(len(wanted), _TOGETHER)):
            hit &= letters[start + place : end + place] == wanted[place]
        found.append(np.flatnonzero(hit) + start)
    places = np.concatenate(found)
    for place in range(_TOGETHER, len(wanted)):
        places = places[letters[places + place] == wanted[place]]
    return places
