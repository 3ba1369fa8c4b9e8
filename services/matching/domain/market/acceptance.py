"""Deferred acceptance (Gale and Shapley, 1962) with seats, reserved seats and ceilings; plain Python that is compiled.

An entry is one trainee and one position that would have each other. Entries stand by trainee, the most wanted first;
`standing[e]` is the trainee's place in the position's eyes, 0 the best and no two alike. Each trainee is of one group.
A position first takes the best of each group up to what is reserved for it, then the best of all up to its seats, never
more of a group than its ceiling; reserved seats that nobody fills go to others where `reverts` says so. Such a choice is
substitutable (Ehlers, Hafalir, Yenmez, Yildirim, 2014), so a stable outcome exists and these loops find the best one for
the proposing side.
"""

from __future__ import annotations

from typing import NamedTuple

from services.matching.domain.market.columns import Column
from services.matching.domain.numbers import NDArray, np

NOBODY = -1


class Lists(NamedTuple):
    """Who would have whom. `by_position` are the entries by position, the best standing first."""

    entry_from: Column
    entry_trainee: Column
    entry_position: Column
    standing: Column
    position_from: Column
    by_position: Column


class Seats(NamedTuple):
    """What positions offer. `seat_from` bounds each one's seats; `reserved` and `ceiling` are per position and group."""

    seat_from: Column
    group: Column
    reserved: NDArray[np.int32]
    ceiling: NDArray[np.int32]
    reverts: int


class Room(NamedTuple):
    """What the loops write on while they run."""

    upcoming: Column
    seated: Column
    taken: Column
    counts: NDArray[np.int32]
    refused: Column
    waiting: Column
    is_waiting: Column
    kept: Column


def room_for(lists: Lists, seats: Seats) -> Room:
    trainees, positions, groups = len(lists.entry_from) - 1, len(seats.seat_from) - 1, seats.reserved.shape[1]
    return Room(
        upcoming=lists.entry_from[:-1].copy(),
        seated=np.full(int(seats.seat_from[-1]) + 1, NOBODY, np.int32),
        taken=np.zeros(positions, np.int32),
        counts=np.zeros((positions, groups), np.int32),
        refused=np.zeros(len(lists.entry_trainee) + 1, np.int32),
        waiting=np.arange(max(trainees, positions), dtype=np.int32),
        is_waiting=np.ones(positions, np.int32),
        kept=np.zeros(groups, np.int32),
    )


def trainees_propose(lists: Lists, seats: Seats, room: Room, held_by: Column) -> None:
    """Best for trainees. `held_by`, NOBODY at first, gets each trainee's entry."""
    upcoming, waiting = room.upcoming, room.waiting
    left = len(lists.entry_from) - 1
    while left > 0:
        left -= 1
        trainee = waiting[left]
        while trainee != NOBODY and upcoming[trainee] < lists.entry_from[trainee + 1]:
            entry = upcoming[trainee]
            upcoming[trainee] += 1
            loser = take(lists, seats, room, entry)
            if loser == entry:
                continue
            held_by[trainee] = entry
            trainee = NOBODY
            if loser != NOBODY:
                trainee = lists.entry_trainee[loser]
                held_by[trainee] = NOBODY


def take(lists: Lists, seats: Seats, room: Room, entry: int) -> int:
    """Let a position consider one more entry. Returns the entry that it lets go of, NOBODY where there is room."""
    seated, taken, counts = room.seated, room.taken, room.counts
    position = lists.entry_position[entry]
    start, size = seats.seat_from[position], seats.seat_from[position + 1] - seats.seat_from[position]
    group = seats.group[lists.entry_trainee[entry]]
    if size == 0 or seats.ceiling[position, group] == 0:
        return entry
    crowded = counts[position, group] + 1 > seats.ceiling[position, group]
    counts[position, group] += 1
    if not crowded and has_room(seats, position, size, counts):
        seated[start + taken[position]] = entry
        taken[position] += 1
        return NOBODY
    worst, place = entry, -1
    if not crowded and counts[position, group] <= seats.reserved[position, group]:
        worst = NOBODY
    for seat in range(start, start + taken[position]):
        other = seated[seat]
        theirs = seats.group[lists.entry_trainee[other]]
        free_to_go = theirs == group if crowded else counts[position, theirs] > seats.reserved[position, theirs]
        if free_to_go and (worst == NOBODY or lists.standing[other] > lists.standing[worst]):
            worst, place = other, seat
    counts[position, seats.group[lists.entry_trainee[worst]]] -= 1
    if place >= 0:
        seated[place] = entry
    return worst


def has_room(seats: Seats, position: int, size: int, counts: NDArray[np.int32]) -> bool:
    """Whether a position can keep as many as it has considered: its reserved seats count as taken unless they revert."""
    needed = 0
    for group in range(counts.shape[1]):
        if seats.reverts == 1:
            needed += counts[position, group]
        else:
            needed += max(counts[position, group], seats.reserved[position, group])
    return needed <= size


def positions_propose(lists: Lists, seats: Seats, room: Room, held_by: Column) -> None:
    """Best for positions. `held_by`, NOBODY at first, gets each trainee's entry."""
    waiting, is_waiting = room.waiting, room.is_waiting
    left = len(seats.seat_from) - 1
    while left > 0:
        left -= 1
        position = waiting[left]
        is_waiting[position] = 0
        again = True
        while again:
            again = False
            openly = open_seats(lists, seats, room, position)
            room.kept[:] = 0
            for place in range(lists.position_from[position], lists.position_from[position + 1]):
                entry = lists.by_position[place]
                group = seats.group[lists.entry_trainee[entry]]
                if room.refused[entry] == 1 or room.kept[group] >= seats.ceiling[position, group]:
                    continue
                if room.kept[group] >= seats.reserved[position, group]:
                    if openly == 0:
                        continue
                    openly -= 1
                room.kept[group] += 1
                loser = answer(lists, room, entry, held_by)
                again = again or loser == entry
                if loser >= 0 and loser != entry:
                    other = lists.entry_position[loser]
                    if is_waiting[other] == 0:
                        is_waiting[other] = 1
                        waiting[left] = other
                        left += 1


def answer(lists: Lists, room: Room, entry: int, held_by: Column) -> int:
    """Let a trainee choose between an offer and the one they hold. Returns the entry that they refuse, or NOBODY."""
    trainee = lists.entry_trainee[entry]
    current = held_by[trainee]
    if current == entry:
        return NOBODY
    if current != NOBODY and current < entry:
        room.refused[entry] = 1
        return entry
    held_by[trainee] = entry
    if current != NOBODY:
        room.refused[current] = 1
    return current


def open_seats(lists: Lists, seats: Seats, room: Room, position: int) -> int:
    """How many seats are for whoever is best, after those that each group's reserved ones take."""
    size = seats.seat_from[position + 1] - seats.seat_from[position]
    groups = seats.reserved.shape[1]
    room.kept[:] = 0
    if seats.reverts == 1:
        for place in range(lists.position_from[position], lists.position_from[position + 1]):
            entry = lists.by_position[place]
            if room.refused[entry] == 0:
                room.kept[seats.group[lists.entry_trainee[entry]]] += 1
    for group in range(groups):
        reserved = seats.reserved[position, group]
        size -= min(room.kept[group], reserved) if seats.reverts == 1 else reserved
    return size
