"""Who a record is about, for any records against any state: the same answer again, in any order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.trainees.domain.persons import PersonData, content_of, identity_of
from services.trainees.domain.resolution import Found, Resolution, Resolver, Told

# Very few of each, so that records meet in every way there is.
PERSONS = st.builds(
    PersonData,
    name=st.sampled_from(["가나", "가 나", "다라", "마바"]),
    birth_date=st.sampled_from([date(1999, 1, 1), date(2000, 2, 2)]),
    phone=st.sampled_from(["+821011111111", "+821022222222"]),
    email=st.sampled_from([None, "a@example.kr", "b@example.kr"]),
)
NUMBERS = st.sampled_from(["1", "2", "3", "4", "5"])
RECORDS = st.lists(st.tuples(NUMBERS, PERSONS), max_size=9)


def told(line: int, number: str, person: PersonData) -> Told:
    identity, content = identity_of(person).encode(), content_of(person).encode()
    return Told(line, person, number, identity, content, number.encode())


@dataclass
class World:
    """What a service holds, in memory."""

    persons: dict[UUID, PersonData] = field(default_factory=dict)
    numbers: dict[bytes, UUID] = field(default_factory=dict)

    def resolver(self) -> Resolver:
        found = {id_: Found(id_, content_of(person).encode()) for id_, person in self.persons.items()}
        by_identity = {identity_of(person).encode(): found[id_] for id_, person in self.persons.items()}
        assert len(by_identity) == len(self.persons), "two persons have the same identity"
        return Resolver({number: found[id_] for number, id_ in self.numbers.items()}, by_identity, self.persons)

    def take(self, records: Sequence[tuple[str, PersonData]]) -> list[Resolution]:
        """Resolve the records and store what they lead to."""
        resolutions = self.resolver().resolve([told(line, *record) for line, record in enumerate(records)])
        for each in resolutions:
            if each.problem is None:
                self._store(each)
        return resolutions

    def _store(self, each: Resolution) -> None:
        id_ = each.person_id or UUID(int=len(self.persons) + 1)
        if each.person_id is None:
            self.persons[id_] = each.told.person
        elif each.becomes is not None:
            self.persons[id_] = each.becomes
        if each.brings_number:
            assert each.told.number is not None
            assert each.told.number not in self.numbers
            self.numbers[each.told.number] = id_

    def content(self) -> list[tuple[object, ...]]:
        """Everything but the ids."""
        owned = {id_: sorted(n for n, owner in self.numbers.items() if owner == id_) for id_ in self.persons}
        return sorted(((content_of(person), owned[id_]) for id_, person in self.persons.items()), key=repr)


def before(earlier: Sequence[Sequence[tuple[str, PersonData]]]) -> World:
    world = World()
    for records in earlier:
        world.take(records)
    return world


def unlike(records: Sequence[tuple[str, PersonData]]) -> Iterator[tuple[str, PersonData]]:
    """Records that share neither number nor human: of those that do, the first one counts."""
    seen: set[str] = set()
    for number, person in records:
        names = {identity_of(person), f"no {number}"}
        if names.isdisjoint(seen):
            yield number, person
            seen |= names


@settings(max_examples=300, deadline=None)
@given(earlier=st.lists(RECORDS, max_size=3), records=RECORDS)
@pytest.mark.slow
def test_the_same_records_again_change_nothing_and_are_refused_again(
    earlier: list[list[tuple[str, PersonData]]], records: list[tuple[str, PersonData]]
) -> None:
    world = before(earlier)
    first = world.take(records)
    content = world.content()
    second = world.take(records)
    assert world.content() == content
    assert [each.problem is None for each in second] == [each.problem is None for each in first]
    assert all(each.person_id is not None and not each.changed for each in second if each.problem is None)
    world.resolver()


@settings(max_examples=300, deadline=None)
@given(earlier=st.lists(RECORDS, max_size=3), records=RECORDS, data=st.data())
@pytest.mark.slow
def test_the_order_of_the_records_does_not_matter(
    earlier: list[list[tuple[str, PersonData]]],
    records: list[tuple[str, PersonData]],
    data: st.DataObject,
) -> None:
    records = list(unlike(records))
    places = data.draw(st.permutations(range(len(records))))
    one, other = before(earlier), before(earlier)
    resolved = one.take(records)
    shuffled = other.take([records[place] for place in places])
    assert one.content() == other.content()
    for index, place in enumerate(places):
        here, there = shuffled[index], resolved[place]
        assert (here.problem, here.changed, here.becomes) == (there.problem, there.changed, there.becomes)


@settings(max_examples=300, deadline=None)
@given(records=RECORDS)
@pytest.mark.slow
def test_no_human_and_no_number_is_decided_twice(records: list[tuple[str, PersonData]]) -> None:
    world = World()
    decided = [each for each in world.take(records) if each.problem is None]
    identities = [each.told.identity for each in decided]
    numbers = [each.told.number for each in decided if each.told.number is not None]
    assert len(identities) == len(set(identities))
    assert len(numbers) == len(set(numbers))
