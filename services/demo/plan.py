"""What the demo consists of: the published totals, and everything that was not published, generated from a fixed seed.

Published (Daegu HuStar innovation academy): 62, 82 and 81 completers of cohorts 1, 2 and 3, of whom 52, 63 and 58
employed; 90 admitted to cohort 3; the fields robot, medical, future mobility, ICT and water. For cohort 1 also when
it was known: 46 of 62 on 2020-12-10, 49 on 2020-12-31, 52 on 2022-01-07.

Generated: every person, every company, every date, and how the totals spread over fields, universities and companies.
Names end in "(가상)", companies in "(가상)", and business numbers begin with 000, which no tax office issues.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

SEED: Final = 2026
MARK: Final = "(가상)"


@dataclass(frozen=True, slots=True)
class University:
    code: str
    name_ko: str
    name_en: str
    region: str


@dataclass(frozen=True, slots=True)
class Program:
    code: str
    field: str
    name_ko: str
    name_en: str
    university: str


@dataclass(frozen=True, slots=True)
class Trainee:
    """One fictitious person in one cohort. `hired_on` is None for who is not employed."""

    student_no: str
    name: str
    birth_date: date
    phone: str
    completes: bool
    hired_on: date | None = None
    reported_on: date | None = None
    company: int = 0
    evidence: int = 1


@dataclass(frozen=True, slots=True)
class Cohort:
    program: str
    code: str
    ordinal: int
    capacity: int
    applications_open_on: date
    applications_close_on: date
    starts_on: date
    training_ends_on: date
    ends_on: date
    trainees: Sequence[Trainee] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Company:
    business_number: str
    name_ko: str
    name_en: str
    field: str
    region: str


@dataclass(frozen=True, slots=True)
class Published:
    """What was published about one cohort of the academy, and the generated calendar around it."""

    ordinal: int
    admitted: int
    completed: int
    employed: int
    starts_on: date


UNIVERSITIES: Final = (
    University("knu", "경북대학교", "Kyungpook National University", "27"),
    University("ynu", "영남대학교", "Yeungnam University", "47"),
    University("kmu", "계명대학교", "Keimyung University", "27"),
)
PROGRAMS: Final = (
    Program("robot", "robot", "로봇 혁신아카데미", "Robot innovation academy", "knu"),
    Program("medical", "medical", "의료 혁신아카데미", "Medical innovation academy", "kmu"),
    Program("future-mobility", "future_mobility", "미래형자동차 혁신아카데미", "Future mobility innovation academy", "ynu"),
    Program("ict", "ict", "ICT 혁신아카데미", "ICT innovation academy", "knu"),
    Program("water", "water", "물산업 혁신아카데미", "Water innovation academy", "ynu"),
)
# Cohorts 1 and 2: only the completers were published, so only they are loaded.
PUBLISHED: Final = (
    Published(1, admitted=62, completed=62, employed=52, starts_on=date(2019, 9, 2)),
    Published(2, admitted=82, completed=82, employed=63, starts_on=date(2020, 3, 2)),
    Published(3, admitted=90, completed=81, employed=58, starts_on=date(2020, 9, 7)),
)
KNOWN_OF_COHORT_1: Final = ((46, date(2020, 12, 10)), (49, date(2020, 12, 31)), (52, date(2022, 1, 7)))
SEATS_BEYOND_HIRES: Final = 1  # in each posting of the academy's partners: it lapses
_FAMILY: Final = "김이박최정강조윤장임한오서신권황안송류홍"
_GIVEN: Final = "가나다라마바사아자차하고노도로모보소오조호구누두루무부수우주후기니디리미비시이지"
_COMPANY_WORDS: Final = (("달구벌", "Dalgubeol"), ("금호", "Geumho"))


def cohorts() -> list[Cohort]:
    """Every cohort of every program with its trainees: fifteen, the same at every call."""
    generator = _Generator()
    return [cohort for published in PUBLISHED for cohort in generator.run_of(published)]


def companies() -> list[Company]:
    """Two fictitious partner companies for each field."""
    result = []
    for n, program in enumerate(PROGRAMS):
        for m, (word_ko, word_en) in enumerate(_COMPANY_WORDS):
            name_ko, name_en = program.name_ko.split()[0], program.name_en.rsplit(" ", 2)[0]
            region = "27" if m == 0 else "47"
            number = business_number(2 * n + m + 1)
            result.append(
                Company(number, f"{word_ko}{name_ko}{MARK}", f"{word_en} {name_en} (fictitious)", program.field, region)
            )
    return result


def academy_seats() -> int:
    """The seats of the academy's partners: one posting each for every cohort of their field."""
    hires = sum(trainee.hired_on is not None for cohort in cohorts() for trainee in cohort.trainees)
    return hires + SEATS_BEYOND_HIRES * len(companies()) * len(PUBLISHED)


def business_number(n: int) -> str:
    """The n-th fictitious business registration number: ten digits, a right check digit, an office that does not exist."""
    digits = [int(digit) for digit in f"000{n:06d}"]
    total = sum(digit * weight for digit, weight in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True)) + digits[8] * 5 // 10
    return "".join(map(str, [*digits, (10 - total % 10) % 10]))


class _Generator:
    """Draws everything that was not published; the published totals hold whatever it draws."""

    def __init__(self) -> None:
        self._dice = random.Random(SEED)
        self._people = self._persons()

    def run_of(self, published: Published) -> list[Cohort]:
        """The cohorts of one ordinal, one for each program."""
        admitted = self._spread(published.admitted)
        completed = admitted if published.completed == published.admitted else self._spread(published.completed)
        completed = _levelled(completed, admitted, published.completed)
        reports = iter(self._reports(published))
        result = []
        for program, places, finished in zip(PROGRAMS, admitted, completed, strict=True):
            ends = [next(reports) for _ in range(finished)]
            trainees = [self._trainee(program, published, reported_on=day) for day in ends]
            trainees += [self._trainee(program, published, completes=False) for _ in range(places - finished)]
            result.append(_cohort(program, published, trainees))
        return result

    def _spread(self, total: int) -> list[int]:
        shares = [total // len(PROGRAMS)] * len(PROGRAMS)
        for _ in range(total - sum(shares)):
            shares[self._dice.randrange(len(shares))] += 1
        return shares

    def _reports(self, published: Published) -> list[date | None]:
        """For every completer the day on which their employment was reported, or None; in no particular order."""
        days: list[date | None] = [self._report(published, n) for n in range(published.employed)]
        days += [None] * (published.completed - published.employed)
        self._dice.shuffle(days)
        return days

    def _report(self, published: Published, n: int) -> date:
        if published.ordinal == 1:
            return next(day for known, day in KNOWN_OF_COHORT_1 if n < known) - timedelta(days=self._dice.randrange(10))
        return _end(published) + timedelta(days=30 + self._dice.randrange(150))

    def _trainee(
        self, program: Program, published: Published, *, completes: bool = True, reported_on: date | None = None
    ) -> Trainee:
        name, birth_date, phone = next(self._people)
        earlier = timedelta(days=20 + self._dice.randrange(40))
        first_day = _end(published) + timedelta(days=1)
        if reported_on and published.ordinal == 1:
            # Who was not counted on a published day begins after it: the dates alone tell what was published on each.
            first_day = max([first_day, *[day + timedelta(days=1) for _, day in KNOWN_OF_COHORT_1 if day < reported_on]])
        return Trainee(
            student_no=f"{program.code[:2].upper()}{published.ordinal}{phone[-5:]}",
            name=name,
            birth_date=birth_date,
            phone=phone,
            completes=completes,
            hired_on=max(first_day, reported_on - earlier) if reported_on else None,
            reported_on=max(first_day, reported_on) if reported_on else None,
            company=self._dice.randrange(2),
            evidence=self._dice.choice((1, 2, 3, 4, 4)),
        )

    def _persons(self) -> Iterator[tuple[str, date, str]]:
        dice = self._dice
        for number in itertools.count(1):
            name = dice.choice(_FAMILY) + dice.choice(_GIVEN) + dice.choice(_GIVEN) + MARK
            birth_date = date(1990, 1, 1) + timedelta(days=dice.randrange(365 * 8))
            yield name, birth_date, f"010-0000-{number:04d}"


def _levelled(parts: Sequence[int], limits: Sequence[int], total: int) -> list[int]:
    """The parts within their limits, what that cuts off given to those who have room, so that the total stays."""
    result = [min(part, limit) for part, limit in zip(parts, limits, strict=True)]
    while sum(result) < total:
        roomiest = max(range(len(result)), key=lambda n: limits[n] - result[n])
        result[roomiest] += 1
    return result


def _end(published: Published) -> date:
    return published.starts_on + timedelta(days=240)


def _cohort(program: Program, published: Published, trainees: Sequence[Trainee]) -> Cohort:
    start = published.starts_on
    return Cohort(
        program=program.code,
        code=f"{program.code}-{published.ordinal}",
        ordinal=published.ordinal,
        capacity=max(20, len(trainees)),
        applications_open_on=start - timedelta(days=60),
        applications_close_on=start - timedelta(days=20),
        starts_on=start,
        training_ends_on=start + timedelta(days=150),
        ends_on=_end(published),
        trainees=tuple(trainees),
    )
