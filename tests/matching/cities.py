"""Markets of any size, drawn from a seed: fictitious trainees and positions with wishes, skills, dates and pay."""

import random
from datetime import date, timedelta
from uuid import UUID

from services.matching.domain.candidates import Stage
from services.matching.domain.market.sides import CandidateSide, Demand, OpeningSide
from services.matching.domain.openings import Kind, OpeningState

TODAY = date(2026, 3, 2)
FIELDS = ("future_mobility", "water", "medical", "robot", "energy", "smart_city", "ict", "ai_sw", "bio")
REGIONS = (*(f"{area}{district:03}" for area in ("27", "47") for district in range(110, 310, 10)), "11110", "26110")
KINDS = tuple(Kind)
STAGES = (Stage.COMPLETED,) * 7 + (Stage.INTERNING, Stage.TRAINING, Stage.ON_LEAVE)


def city(
    trainees: int, positions: int, *, skills: int = 300, seed: int = 1, on: date = TODAY
) -> tuple[list[CandidateSide], list[OpeningSide]]:
    """Two sides, the same for the same numbers."""
    chance = random.Random(seed)
    known = [f"skill_{number:03}" for number in range(skills)]
    return (
        [_trainee(chance, known, on) for _ in range(trainees)],
        [_position(chance, known, on) for _ in range(positions)],
    )


def _id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _trainee(chance: random.Random, known: list[str], on: date) -> CandidateSide:
    ready = on + timedelta(days=chance.randrange(-200, 120))
    field = chance.choice(FIELDS)
    return CandidateSide(
        enrolment_id=_id(chance),
        person_id=_id(chance),
        university_id=UUID(int=chance.randrange(1, 13)),
        program_id=UUID(int=chance.randrange(1, 30)),
        cohort_id=UUID(int=chance.randrange(1, 60)),
        field=field,
        stage=chance.choice(STAGES),
        available_from=None if chance.random() < 0.05 else ready,
        internship_from=ready - timedelta(days=60),
        region=None if chance.random() < 0.05 else chance.choice(("27000", "47000", "47000", "11000")),
        held=chance.random() < 0.1,
        skills=None if chance.random() < 0.1 else _levels(chance, known, chance.randrange(3, 13)),
        fields=tuple(sorted({field, chance.choice(FIELDS)})) if chance.random() < 0.6 else (),
        regions=(*chance.sample(REGIONS, k=3), "27") if chance.random() < 0.6 else (),
        kinds=tuple(chance.sample(KINDS, k=1)) if chance.random() < 0.3 else (),
        salary_wish=chance.randrange(24, 60) * 1_000_000 if chance.random() < 0.7 else None,
        parked=chance.random() < 0.03,
        refuses=chance.random() < 0.02,
    )


def _position(chance: random.Random, known: list[str], on: date) -> OpeningSide:
    asked = _levels(chance, known, chance.choice((0, 2, 3, 4, 5, 6, 7, 8)))
    return OpeningSide(
        position_id=_id(chance),
        company_id=UUID(int=chance.randrange(1, 5000)),
        title="sample",
        field=chance.choice(FIELDS),
        kind=chance.choice(KINDS),
        region=chance.choice(REGIONS),
        state=OpeningState.OPEN if chance.random() < 0.97 else OpeningState.PAUSED,
        opens_on=on - timedelta(days=chance.randrange(-2, 60)),
        closes_on=None if chance.random() < 0.2 else on + timedelta(days=chance.randrange(0, 90)),
        free_seats=chance.choice((0, 1, 1, 1, 2, 3)),
        demands=tuple(
            Demand(skill, level, must=place == 0 and chance.random() < 0.3) for place, (skill, level) in enumerate(asked.items())
        ),
        pay=None if chance.random() < 0.1 else chance.randrange(24, 70) * 1_000_000,
    )


def _levels(chance: random.Random, known: list[str], count: int) -> dict[str, int]:
    # Some skills are common, most are rare: the square of an even draw.
    return {known[int(len(known) * chance.random() ** 2)]: chance.randrange(1, 6) for _ in range(count)}
