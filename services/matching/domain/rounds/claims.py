"""Writes an outcome down as a claim that the verification can check without knowing how it came about."""

from collections import defaultdict
from uuid import UUID

from services.matching.domain.market.acceptance import NOBODY
from services.matching.domain.market.rules import RULES
from services.matching.domain.rounds.settings import OTHERS
from services.matching.domain.rounds.solving import Outcome
from services.matching.domain.rounds.verification import Claim, WideQuota


def claim_of(outcome: Outcome) -> Claim:
    """The claim. Rules are asked again, one by one, for everybody who was placed."""
    persons = outcome.drawn.persons
    positions = [each.position_id for each in outcome.problem.openings]
    entries, groups = outcome.entries, outcome.settings.groups
    wishes: dict[UUID, list[UUID]] = defaultdict(list)
    standings: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for person, position, standing in zip(
        entries.person.tolist(), entries.position.tolist(), outcome.lists.standing.tolist(), strict=True
    ):
        wishes[persons[person]].append(positions[position])
        standings[positions[position]][persons[person]] = standing
    held = [(persons[person], entry) for person, entry in enumerate(outcome.held.tolist()) if entry != NOBODY]
    quotas = outcome.settings.quotas
    kept = [(positions[place], place) for place in range(len(positions))] if quotas else []
    return Claim(
        placed={person: positions[entries.position[entry]] for person, entry in held},
        wishes=wishes,
        standings=standings,
        seats={each.position_id: each.free_seats for each in outcome.problem.openings},
        group={person: groups[group] if quotas else OTHERS for person, group in zip(persons, outcome.seats.group, strict=True)},
        reserved={position: _by_group(outcome.seats.reserved[place], groups) for position, place in kept},
        ceilings={position: _by_group(outcome.seats.ceiling[place], groups) for position, place in kept},
        reverts=outcome.settings.reverts,
        broken={person: _broken(outcome, entry) for person, entry in held},
        quotas=[
            WideQuota(
                group=rule.group,
                reserved=rule.reserved,
                at_most=rule.at_most,
                unit={each.position_id: rule.over.unit(each) for each in outcome.problem.openings},
            )
            for rule in outcome.settings.rules
        ],
    )


def _by_group(row: object, groups: tuple[str, ...]) -> dict[str, int]:
    numbers = row.tolist()  # type: ignore[attr-defined]
    return dict(zip(groups[:-1], numbers[:-1], strict=True))


def _broken(outcome: Outcome, entry: int) -> list[str]:
    row, position = int(outcome.entries.row[entry]), int(outcome.entries.position[entry])
    return [rule.name for rule in RULES if not rule.holds(outcome.market, row, position)]
