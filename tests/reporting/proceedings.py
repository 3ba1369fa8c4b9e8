"""What is told of rosters, rounds, pledges and offers, as tests of pages speak of it."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from shared.contracts import employers, matching, trainees
from shared.ids import new_id
from tests.reporting.happenings import Enrolment, Happenings, Placement, Seat


def roster(world: Happenings, university_id: UUID, *, at: datetime, state: str = "applied", **counts: int) -> UUID:
    """A roster that is through."""
    id_ = new_id()
    names = ("rows_read", "created", "changed", "unchanged", "rejected", "reactivated", "vanished", "held")
    said: dict[str, Any] = {**dict.fromkeys(names, 0), **counts}
    about = {"roster_sync_id": id_, "university_id": university_id, "mode": "full", "state": state}
    world.say(id_, trainees.RosterSettled(**about, received_at=at, finished_at=at, **said))
    return id_


def matching_round(world: Happenings, *, on: date, published: bool = True, verified: bool = True) -> UUID:
    """A round from the draft to the proposal, and on to its publication: 8 of 10 trainees placed, 3 of 11 seats unfilled."""
    id_ = new_id()
    said: dict[str, Any] = {
        "round_id": id_, "parent_id": None, "seed": 7, "optimal": "trainees", "weights": "w1", "effective_on": on,
    }  # fmt: skip
    found = {"snapshot_hash": "ab" * 32, "trainees": 10, "placed": 8, "seats": 11, "unfilled": 3, "average_rank": 1.25}
    world.say(id_, matching.RoundDrafted(**said))
    world.say(id_, matching.RoundFrozen(**said, snapshot_hash="ab" * 32, trainees=10, positions=4))
    world.say(id_, matching.RoundProposed(**said, **found, verified=verified))
    if published:
        world.say(id_, matching.RoundPublished(**said))
    return id_


def pledge(world: Happenings, company_id: UUID, *, month: str, seats: int, field: str = "robot") -> UUID:
    id_ = new_id()
    said = {"pledge_id": id_, "company_id": company_id, "month": month, "field": field, "kind": "permanent", "seats": seats}
    world.say(id_, employers.PledgeMade(**said, effective_on=date.fromisoformat(f"{month}-01")))
    return id_


def offer(world: Happenings, enrolment: Enrolment, seat: Seat, *, on: date) -> Placement:
    """An offer that nobody has answered."""
    placement = Placement(new_id(), enrolment, seat, region="27", began=on, grew_from=None)
    world.placement_moves(placement, matching.PlacementProposed, on=on)
    world.placement_moves(placement, matching.PlacementOffered, on=on)
    return placement


def at(day: date, hour: int = 3) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
