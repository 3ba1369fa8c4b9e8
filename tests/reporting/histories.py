"""Lives that chance leads, for whatever must hold whatever happens."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from shared.contracts import employers, matching
from tests.reporting.happenings import Happenings
from tests.reporting.things import WHOLE_COURSE, Cohort, Enrolment, Placement, Seat

STARTS = date(2020, 1, 1)
CLOSES = STARTS + timedelta(days=75)  # who came until then applied in time


@dataclass
class Histories:
    """Lives that chance leads: people are trained, hired, found to be one, corrected, and told of late."""

    world: Happenings
    chance: random.Random
    cohorts: list[Cohort] = field(default_factory=list)
    companies: list[Any] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)

    def day(self) -> date:
        return STARTS + timedelta(days=self.chance.randrange(150))

    def begin(self) -> None:
        self.companies = [self.world.company(f"123456789{number}") for number in range(3)]
        for ordinal, name, applicants in ((1, "robot", 40), (2, "data", None), (2, "robot", None)):
            self.cohorts.append(
                self.world.cohort(field=name, ordinal=ordinal, applicants=applicants, applications_close_on=CLOSES)
            )

    def somebody_comes(self) -> None:
        stages = WHOLE_COURSE[: self.chance.randint(1, len(WHOLE_COURSE))]
        traits = {"age_band": self.chance.choice(["under_25", None]), "gender": self.chance.choice(["f", "m", None])}
        known = self.chance.choice(self.enrolments).person_id if self.enrolments and self.chance.random() < 0.3 else None
        cohort = self.chance.choice(self.cohorts)
        self.enrolments.append(self.world.enrolment(cohort, *stages, on=self.day(), person_id=known, **traits))

    def somebody_leaves(self) -> None:
        self.world.enrolment_moves(self.one_enrolled(), self.chance.choice(["dropped", "employed_early"]), on=self.day())

    def somebody_is_hired(self) -> None:
        reused = bool(self.seats) and self.chance.random() < 0.3
        seat = self.chance.choice(self.seats) if reused else self.a_seat()
        grade = self.chance.randint(1, 4)
        self.placements.append(self.world.hire(self.one_enrolled(), seat, on=self.day(), grade=grade))

    def a_seat(self) -> Seat:
        origin = self.chance.choice(["new", "new", "replacement"])
        seat = self.world.seat(origin=origin, company_id=self.chance.choice([*self.companies, None]), on=self.day())
        self.seats.append(seat)
        return seat

    def a_job_ends(self) -> None:
        if self.placements:
            self.world.placement_ends(self.chance.choice(self.placements), on=self.day())

    def a_hire_never_was(self) -> None:
        if self.placements:
            self.world.reversal(self.chance.choice(self.placements), on=self.day())

    def two_are_one(self) -> None:
        one, other = self.one_enrolled(), self.one_enrolled()
        if one.person_id != other.person_id:
            self.world.persons_are_one(one.person_id, other.person_id)
            if one.cohort is other.cohort:
                self.world.doubles(one, of=other)

    def they_are_two(self) -> None:
        enrolment = self.one_enrolled()
        self.world.persons_are_two(enrolment.person_id)
        self.world.doubles_no_more(enrolment)

    def a_step_was_wrong(self) -> None:
        day = self.day()
        path = (("applied", day), ("enrolled", day + timedelta(days=3)), ("completed", day + timedelta(days=20)))
        self.world.correction(self.one_enrolled(), 1, *path, effective_on=day)

    def a_seat_was_of_another_origin(self) -> None:
        if self.seats:
            seat = self.chance.choice(self.seats)
            seat.origin = self.chance.choice(["new", "replacement"])
            self.world.seat_moves(seat, employers.SeatReclassified, on=self.day())

    def evidence_comes(self) -> None:
        if self.placements:
            self.world.evidence(self.chance.choice(self.placements), self.chance.randint(2, 4), on=self.day())

    def a_cohort_is_counted_otherwise(self) -> None:
        cohort = self.chance.choice(self.cohorts)
        cohort.ordinal = self.chance.randint(1, 3)
        applicants = self.chance.choice([None, self.chance.randint(0, 90)])
        self.world.cohort_changes(cohort, applicants=applicants, applications_close_on=CLOSES)

    def somebody_is_asked(self) -> None:
        if self.placements:
            follow_up = self.world.follow_up(self.chance.choice(self.placements), self.chance.choice((3, 6, 12)))
            for _ in range(self.chance.randint(0, 2)):
                self.world.answer(follow_up, self.chance.choice(("still_there", "unknown", "moved_away")))

    def an_internship_becomes_permanent(self) -> None:
        company, day = self.chance.choice(self.companies), self.day()
        origin = self.chance.choice(["new", "replacement"])
        place = self.world.seat(kind="internship", origin=origin, company_id=company, on=day)
        intern = self.world.hire(self.one_enrolled(), place, on=day, grade=2)
        self.world.placement_ends(intern, on=day + timedelta(days=30))
        grown = self.world.seat(origin="conversion", company_id=company, on=day)
        self.seats.append(place)
        self.placements += [
            intern, self.world.hire(intern.enrolment, grown, on=day + timedelta(days=31), grade=2, grew_from=intern)
        ]  # fmt: skip

    def days_were_others(self) -> None:
        if self.placements:
            placement, day = self.chance.choice(self.placements), self.day()
            days = {"started_on": day, "ended_on": None, "reason": "record", "by": "program"}
            self.world.placement_moves(placement, matching.PlacementDatesCorrected, on=day, **days)

    def two_companies_are_one(self) -> None:
        if len(self.companies) > 1 and self.chance.random() < 0.3:
            gone = self.companies.pop()
            self.world.companies_are_one(gone, self.companies[0])

    def one_enrolled(self) -> Enrolment:
        if not self.enrolments:
            self.somebody_comes()
        return self.chance.choice(self.enrolments)

    def go_on(self) -> None:
        """A batch of happenings; what one source says of them may come later."""
        usual = (self.somebody_comes, self.somebody_comes, self.somebody_is_hired)
        rare: tuple[Callable[[], None], ...] = (
            self.somebody_leaves, self.a_job_ends, self.a_hire_never_was, self.two_are_one, self.they_are_two,
            self.a_step_was_wrong, self.a_seat_was_of_another_origin, self.evidence_comes,
            self.a_cohort_is_counted_otherwise, self.two_companies_are_one, self.somebody_is_asked,
            self.an_internship_becomes_permanent, self.days_were_others,
        )  # fmt: skip
        for _ in range(self.chance.randint(1, 12)):
            self.chance.choice(usual if self.chance.random() < 0.5 else rare)()
        self.world.arrive(holding_back=self.chance.choice([None, None, "trainees.enrolment", "matching", "trainees.cohort"]))
