"""Tells listeners how much there is to have heard from this service."""

from typing import Final

from services.employers.tables import Company, Pledge, Position, Seat
from shared.contracts.employers import EmployersTallied
from shared.events.tallies import TellsWhatItTold

tell_tally: Final = TellsWhatItTold(EmployersTallied, {"company": Company, "pledge": Pledge, "position": Position, "seat": Seat})
