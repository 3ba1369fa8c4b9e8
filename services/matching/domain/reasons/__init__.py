"""Why placements end: a table that is data (reasons.yaml), read once, and what it allows and asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from services.matching.domain.placements import FELL_THROUGH, OVER, Party, PlacementState
from shared.errors import N_, FieldError, Invalid

_FILE: Final = Path(__file__).with_name("reasons.yaml")


@dataclass(frozen=True, slots=True)
class Reason:
    """`ends` says which parties may give it at which end; `parks` for how many days a decline of whom parks the trainee."""

    code: str
    ko: str
    en: str
    ends: Mapping[PlacementState, frozenset[Party]]
    parks: Mapping[Party, int]


@dataclass(frozen=True, slots=True)
class ReasonTable:
    """All reasons under the id by which they are known, in the order of the file."""

    id: str
    reasons: Mapping[str, Reason]

    def allowed(self, end: PlacementState, party: Party | None) -> Sequence[str]:
        """The codes that `party` may give at this end."""
        return [reason.code for reason in self.reasons.values() if party in reason.ends.get(end, ())]


def read_table(content: str) -> ReasonTable:
    """A table from its text. Raises ValueError or KeyError for one that names an end, a party or a key twice or wrongly."""
    document = yaml.safe_load(content)
    reasons = [_reason(each) for each in document["reasons"]]
    codes = [reason.code for reason in reasons]
    if len(set(codes)) < len(codes):
        raise ValueError("a reason occurs twice")
    return ReasonTable(str(document["id"]), {reason.code: reason for reason in reasons})


def _reason(said: Mapping[str, Any]) -> Reason:
    ends = {PlacementState(end): frozenset(Party(each) for each in parties) for end, parties in said["ends"].items()}
    parks = {Party(party): int(days) for party, days in said.get("parks", {}).items()}
    if (
        not ends.keys() <= OVER
        or not parks.keys() <= ends.get(PlacementState.DECLINED, frozenset())
        or min(parks.values(), default=1) < 1
    ):
        raise ValueError(f"{said['code']}: an end, a party or a number of days is not possible")
    return Reason(said["code"], said["ko"], said["en"], ends, parks)


TABLE: Final = read_table(_FILE.read_text(encoding="utf-8"))


def checked_reason(target: PlacementState, given: str | None, party: Party | None) -> str | None:
    """The reason's code. Raises Invalid where one is needed and missing, not that party's to give, or given for no end."""
    if given is None and target in FELL_THROUGH:
        raise Invalid(FieldError("/reason", "required", N_("This is required.")))
    if given is not None and target not in OVER:
        raise Invalid(FieldError("/reason", "not_an_end", N_("Only the end of a placement has this.")))
    if given is not None and given not in TABLE.allowed(target, party):
        expected = ", ".join(TABLE.allowed(target, party))
        raise Invalid(FieldError("/reason", "not_a_choice", N_("Must be one of: {expected}."), {"expected": expected}))
    return given


def parked_until(party: Party | None, reason: str | None, *, declined_on: date) -> date | None:
    """The last day on which a decline keeps the trainee parked; None where it does not."""
    found = TABLE.reasons.get(reason or "")
    days = found.parks.get(party) if found is not None and party is not None else None
    return None if days is None else declined_on + timedelta(days=days)
