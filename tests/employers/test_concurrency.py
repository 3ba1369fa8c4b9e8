"""Many at once: one company per number, one placement per seat, one active agreement per day, no seat posted twice."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from services.employers import commands
from services.employers.domain.agreements import AgreementsOverlap, AgreementState
from services.employers.domain.companies import BusinessNumberTaken
from services.employers.domain.positions import PositionState
from services.employers.handlers import offer_reserves_seat, postings_are_locked_in_one_order
from services.employers.tables import Agreement
from shared.contracts.matching import PlacementDeclined, PlacementOffered
from shared.db import WriteSession
from shared.errors import IllegalMove
from shared.ids import new_id
from tests.employers.story import MANAGER, Story, day, placement
from tests.waiting import PATIENCE


def _at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """What each act returned or raised, all started together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - what was raised is the result
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_forty_registrations_of_one_number_one_succeeds(story: Story) -> None:
    results = _at_once([lambda: story.company("1248100998")] * 40)
    assert Counter(type(result).__name__ for result in results) == {"Company": 1, BusinessNumberTaken.__name__: 39}
    assert story.events() == ["company.registered"]


@pytest.mark.unhurried
def test_forty_offers_on_five_seats_reserve_five(story: Story) -> None:
    position = story.opened(seats=5)
    seats = [seat.id for seat in story.seats(position.id)]
    offers = [placement(PlacementOffered, seat_id=seats[number % 5], placement_id=new_id()) for number in range(40)]
    results = _at_once([lambda offer=offer: story.news(offer) for offer in offers])  # type: ignore[misc]
    assert results == [None] * 40
    assert story.counts(position.id) == {"reserved": 5}
    events = Counter(name for seat in seats for name in story.events(seat))
    assert events == {"seat.posted": 5, "seat.reserved": 5, "seat.reservation_refused": 35}
    assert [seat.version for seat in story.seats(position.id)] == [9] * 5


@pytest.mark.unhurried
def test_batches_that_meet_the_same_postings_in_any_order_never_lock_each_other_out(story: Story) -> None:
    seats = [story.seats(story.opened(seats=1).id)[0].id for _ in range(8)]
    attempts: list[int] = []

    def batch(number: int) -> Callable[[], None]:
        order = seats[number:] + seats[:number] if number % 2 else (seats[number:] + seats[:number])[::-1]
        offers = [placement(PlacementOffered, seat_id=seat, placement_id=new_id()) for seat in order]

        def take(session: WriteSession) -> None:
            attempts.append(number)
            postings_are_locked_in_one_order(session, offers)
            for offer in offers:
                offer_reserves_seat(session, offer)
                session.flush()

        return lambda: story.database.run(take)

    assert _at_once([batch(number) for number in range(6)]) == [None] * 6
    assert sorted(attempts) == list(range(6)), "a batch was given up by the database and repeated"
    said = ["seat.posted", "seat.reserved", *["seat.reservation_refused"] * 5]
    assert [story.events(seat) for seat in seats] == [said] * 8


def test_a_closing_and_its_offers_leave_no_open_seat_behind(story: Story) -> None:
    position = story.opened(seats=10)
    offers = [placement(PlacementOffered, seat_id=seat.id, placement_id=new_id()) for seat in story.seats(position.id)]
    acts: list[Callable[[], object]] = [lambda offer=offer: story.news(offer) for offer in offers]  # type: ignore[misc]
    acts.insert(5, lambda: story.move(position.id, PositionState.CLOSED, reason="withdrawn"))
    assert [result for result in _at_once(acts) if isinstance(result, Exception)] == []
    counts = story.counts(position.id)
    assert "open" not in counts
    assert sum(counts.values()) == 10


@pytest.mark.unhurried
def test_whoever_moves_a_seat_is_alone_with_its_posting(story: Story) -> None:
    position = story.opened(seats=2)
    first, second = (placement(PlacementOffered, seat_id=seat.id, placement_id=new_id()) for seat in story.seats(position.id))
    with ThreadPoolExecutor(1) as pool:
        with story.database.write() as session:
            offer_reserves_seat(session, first)
            session.flush()
            waiting = pool.submit(story.news, second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        waiting.result(timeout=PATIENCE)
    assert story.counts(position.id) == {"reserved": 2}


@pytest.mark.unhurried
def test_an_agreement_is_not_suspended_while_a_position_opens_under_it(story: Story) -> None:
    company = story.company()
    agreement = story.agreement(company.id)
    position = story.draft(company.id)
    story.move(position.id, PositionState.IN_REVIEW)

    def suspend() -> Agreement:
        return story.do(commands.move_agreement, company.id, agreement.id, to=AgreementState.SUSPENDED, by=MANAGER)

    with ThreadPoolExecutor(1) as pool:
        with story.database.write() as session:
            commands.move_position(session, position.id, to=PositionState.OPEN, by=MANAGER)
            waiting = pool.submit(suspend)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        assert waiting.result(timeout=PATIENCE).state is AgreementState.SUSPENDED
    assert story.position(position.id)["state"] is PositionState.OPEN


@pytest.mark.unhurried
def test_refusals_and_a_closing_leave_no_open_seat_behind(story: Story) -> None:
    position = story.opened(seats=10)
    held = [(seat.id, new_id()) for seat in story.seats(position.id)]
    for seat, holder in held:
        story.news(placement(PlacementOffered, seat_id=seat, placement_id=holder))
    refusals = [placement(PlacementDeclined, seat_id=seat, placement_id=holder) for seat, holder in held]
    acts: list[Callable[[], object]] = [lambda refusal=refusal: story.news(refusal) for refusal in refusals]  # type: ignore[misc]
    acts.insert(5, lambda: story.move(position.id, PositionState.CLOSED, reason="lapsed"))
    assert [result for result in _at_once(acts) if isinstance(result, Exception)] == []
    assert story.counts(position.id) == {"lapsed": 10}


def test_of_two_overlapping_agreements_one_becomes_active(story: Story) -> None:
    company = story.company()
    drafts = [story.do(commands.draft_agreement, company.id, starts_on=day(0), ends_on=day(9), by=MANAGER) for _ in range(6)]

    def activate(number: int) -> Callable[[], object]:
        agreement_id = drafts[number].id
        return lambda: story.do(commands.move_agreement, company.id, agreement_id, to=AgreementState.ACTIVE, by=MANAGER)

    results = _at_once([activate(number) for number in range(6)])
    assert Counter(type(result).__name__ for result in results) == {"Agreement": 1, AgreementsOverlap.__name__: 5}


@pytest.mark.unhurried
def test_a_posting_that_is_opened_several_times_at_once_gets_its_seats_once(story: Story) -> None:
    company = story.company()
    story.agreement(company.id)
    position = story.draft(company.id, seats=4)
    story.move(position.id, PositionState.IN_REVIEW)
    results = _at_once([lambda: story.move(position.id, PositionState.OPEN)] * 8)
    assert Counter(type(result).__name__ for result in results) == {"Position": 1, IllegalMove.__name__: 7}
    assert story.counts(position.id) == {"open": 4}
