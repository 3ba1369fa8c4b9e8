"""What can be done in employers: the only place that emits its events."""

from services.employers.commands.agreements import draft_agreement, move_agreement
from services.employers.commands.companies import pledge_seats, register_company
from services.employers.commands.drafting import draft_position, revise_position
from services.employers.commands.positions import move_position
from services.employers.commands.seats import fill_seat, give_seat_back, lock_postings_of, reserve_seat, vacate_seat
from services.employers.commands.skills import add_skill, change_skill

__all__ = [
    "add_skill",
    "change_skill",
    "draft_agreement",
    "draft_position",
    "fill_seat",
    "give_seat_back",
    "lock_postings_of",
    "move_agreement",
    "move_position",
    "pledge_seats",
    "register_company",
    "reserve_seat",
    "revise_position",
    "vacate_seat",
]
