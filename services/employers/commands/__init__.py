"""What can be done in employers: the only place that emits its events."""

from services.employers.commands.agreement_terms import (
    change_agreement,
    expire_agreements,
    grant_incentive,
    renew_agreement,
    take_incentive_back,
)
from services.employers.commands.agreements import draft_agreement, move_agreement
from services.employers.commands.closings import Closing, close_positions, lapse_positions
from services.employers.commands.companies import change_company, record_headcount, register_company
from services.employers.commands.contacts import add_contact, change_contact, forget_contact, see_contact
from services.employers.commands.copies import copy_position
from services.employers.commands.demand import foresee_demand, know_cohort, know_enrolments, know_outcomes, know_programs
from services.employers.commands.drafting import draft_position, revise_position
from services.employers.commands.endings import decide_ending
from services.employers.commands.importing import commit_import, preview_import
from services.employers.commands.mergers import merge_company, tell_apart
from services.employers.commands.moves_at_once import Asked, Moved, move_positions
from services.employers.commands.pledges import change_pledge, pledge_seats, withdraw_pledge
from services.employers.commands.positions import move_position
from services.employers.commands.seat_numbers import classify_seat, set_seats
from services.employers.commands.seats import fill_seat, give_seat_back, lock_postings_of, reserve_seat, vacate_seat
from services.employers.commands.sites import add_site, remove_site
from services.employers.commands.skills import add_skill, change_skill

__all__ = [
    "Asked",
    "Closing",
    "Moved",
    "add_contact",
    "add_site",
    "add_skill",
    "change_agreement",
    "change_company",
    "change_contact",
    "change_pledge",
    "change_skill",
    "classify_seat",
    "close_positions",
    "commit_import",
    "copy_position",
    "decide_ending",
    "draft_agreement",
    "draft_position",
    "expire_agreements",
    "fill_seat",
    "foresee_demand",
    "forget_contact",
    "give_seat_back",
    "grant_incentive",
    "know_cohort",
    "know_enrolments",
    "know_outcomes",
    "know_programs",
    "lapse_positions",
    "lock_postings_of",
    "merge_company",
    "move_agreement",
    "move_position",
    "move_positions",
    "pledge_seats",
    "preview_import",
    "record_headcount",
    "register_company",
    "remove_site",
    "renew_agreement",
    "reserve_seat",
    "revise_position",
    "see_contact",
    "set_seats",
    "take_incentive_back",
    "tell_apart",
    "vacate_seat",
    "withdraw_pledge",
]
