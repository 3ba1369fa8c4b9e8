"""The partner companies of the demo as they stand today: agreements, pledges and postings, generated from the seed.

All of it is made up. Days are counted from the first of the current month, so that windows are open and pledges lie ahead
whenever the demo is loaded; everything else is the same every time.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from services.demo import plan

ACADEMY_POSITIONS: Final = 30
POSITIONS: Final = 150
SEATS: Final = 400

# Of each field: how many companies beside the academy's, their industry, their words, and what they look for.
_FIELDS: Final[Mapping[str, tuple[int, str, tuple[str, str], Sequence[tuple[str, Sequence[str]]]]]] = {
    "robot": (4, "C29280", ("로보틱스", "Robotics"), (
        ("로봇 제어 개발자", ("ros2", "robot_control", "cpp")), ("로봇 비전 개발자", ("robot_vision", "python")),
        ("로봇 기구 설계자", ("robot_mechanism", "robot_kinematics")), ("로봇 시험 엔지니어", ("robot_simulation",)))),
    "medical": (4, "C27112", ("메디컬", "Medical"), (
        ("의료기기 개발자", ("medical_device_development", "c_language")), ("인허가 담당자", ("medical_device_approval",)),
        ("의료영상 소프트웨어 개발자", ("medical_imaging", "python")), ("품질 담당자", ("medical_device_quality", "iso_14971")))),
    "future_mobility": (5, "C30399", ("모빌리티", "Mobility"), (
        ("자율주행 소프트웨어 개발자", ("autonomous_driving", "cpp")), ("차량 통신 개발자", ("vehicle_can", "autosar")),
        ("센서 융합 연구원", ("sensor_fusion", "lidar")), ("기능안전 엔지니어", ("functional_safety",)))),
    "ict": (4, "J62010", ("시스템즈", "Systems"), (
        ("설비 제어 개발자", ("plc_programming", "hmi_design")), ("산업용 네트워크 엔지니어", ("industrial_network", "opc_ua")),
        ("백엔드 개발자", ("java", "python")))),
    "water": (2, "E36010", ("워터텍", "Watertech"), (
        ("수처리 공정 엔지니어", ("water_treatment", "membrane_process")), ("수질 분석원", ("water_quality_analysis",)))),
    "energy": (3, "C28202", ("에너지", "Energy"), (
        ("배터리 공정 엔지니어", ("battery_manufacturing", "secondary_battery")),
        ("에너지저장 시스템 개발자", ("energy_storage",)), ("태양광 설비 엔지니어", ("solar_power",)))),
    "smart_city": (2, "J58221", ("시티랩", "Citylab"), (
        ("공간정보 개발자", ("gis", "spatial_analysis")), ("디지털트윈 개발자", ("digital_twin", "csharp")))),
    "ai_sw": (4, "J58222", ("소프트", "Soft"), (
        ("인공지능 개발자", ("python",)), ("프런트엔드 개발자", ("javascript", "typescript")),
        ("백엔드 개발자", ("java", "kotlin")))),
    "bio": (2, "M70113", ("바이오", "Bio"), (
        ("세포 배양 연구원", ("cell_culture", "molecular_biology")), ("바이오 공정 엔지니어", ("bioprocess", "fermentation")))),
}  # fmt: skip
_WORDS: Final = (
    ("비슬", "Biseul"), ("팔공", "Palgong"), ("낙동", "Nakdong"), ("수성", "Suseong"), ("서라벌", "Seorabeol"),
    ("압량", "Amnyang"), ("화원", "Hwawon"), ("영남", "Yeongnam"), ("신천", "Sincheon"), ("가야", "Gaya"),
)  # fmt: skip
_REGIONS: Final = ("27710", "27290", "27230", "27260", "27140", "47290", "47190", "47130", "47111", "47230", "27720")
_REGION_WEIGHTS: Final = (6, 5, 4, 3, 2, 6, 4, 2, 2, 2, 1)
_SIZES: Final = (("micro", 8), ("small", 35), ("medium", 90), ("mid_market", 420), ("large", 1600))
_SIZE_WEIGHTS: Final = (4, 16, 13, 5, 2)
_PAY: Final = {"micro": 29, "small": 31, "medium": 34, "mid_market": 38, "large": 44}  # a year, in millions of won


def taught_in(field: str) -> dict[str, int]:
    """The skills that partners of a field ask for, with the level that training leads to: what the first two jobs need at 3, the
    others at 2.
    """
    return {skill: 3 if place < 2 else 2 for place, (_, skills) in reversed([*enumerate(_FIELDS[field][3])]) for skill in skills}


@dataclass(frozen=True, slots=True)
class Opening:
    """A posting, and the state that it is in: the last one that it was led to."""

    title: str
    field: str
    kind: str
    seats: int
    region: str
    opens_on: date
    closes_on: date | None
    skills: Sequence[str]
    salary: Mapping[str, Any]
    state: str

    def cells(self) -> dict[str, str]:
        """As a line of a file of positions says it."""
        months = {"internship": "3", "fixed_term": "12"}.get(self.kind, "")
        return {
            "title": self.title, "field": self.field, "kind": self.kind, "seats": str(self.seats), "region": self.region,
            "opens_on": self.opens_on.isoformat(), "closes_on": self.closes_on.isoformat() if self.closes_on else "until filled",
            "salary_lowest": str(self.salary["lowest"]), "salary_highest": str(self.salary["highest"] or ""),
            "salary_per": self.salary["per"], "must_have": "; ".join(f"{skill}:3" for skill in self.skills),
            "weekly_hours": "40", "duration_months": months,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Partner:
    """A company, how its agreement stands, what it pledged and what it posts."""

    company: plan.Company
    size: str
    ksic: str
    employees: tuple[int, int]
    agreed_on: date
    agreed_until: date
    standing: str
    incentive_won: int | None
    pledges: Sequence[tuple[str, str, int]]
    openings: Sequence[Opening]


def partners(today: date) -> list[Partner]:
    """All forty: the academy's ten first."""
    return _Generator(today).partners()


class _Generator:
    def __init__(self, today: date) -> None:
        self._dice = random.Random(plan.SEED + 1)
        self._first = today.replace(day=1)

    def partners(self) -> list[Partner]:
        companies = [*plan.companies(), *self._new_companies()]
        counts = self._shares(POSITIONS - ACADEMY_POSITIONS, len(companies))
        seats = iter(self._seats(POSITIONS - ACADEMY_POSITIONS, SEATS - plan.academy_seats()))
        return [self._partner(n, company, count, seats) for n, (company, count) in enumerate(zip(companies, counts, strict=True))]

    def _new_companies(self) -> Iterator[plan.Company]:
        number = len(plan.companies())
        for field, (count, _, (word_ko, word_en), _) in _FIELDS.items():
            for n in range(count):
                number += 1
                ko, en = _WORDS[(number + n) % len(_WORDS)]
                region = self._dice.choices(_REGIONS, _REGION_WEIGHTS)[0]
                name_en = f"{en} {word_en} (fictitious)"
                yield plan.Company(plan.business_number(number), f"{ko}{word_ko}{plan.MARK}", name_en, field, region)

    def _shares(self, total: int, parts: int) -> list[int]:
        """At least one for each, the rest where the dice fall."""
        shares = [1] * parts
        for _ in range(total - parts):
            shares[self._dice.randrange(parts)] += 1
        return shares

    def _seats(self, positions: int, total: int) -> list[int]:
        """Most postings have one or two seats; all together have `total`."""
        seats = self._dice.choices((1, 2, 3, 5), (64, 25, 8, 3), k=positions)
        while sum(seats) != total:
            place = self._dice.randrange(positions)
            step = 1 if sum(seats) < total else -1
            seats[place] = max(1, seats[place] + step)
        return seats

    def _partner(self, n: int, company: plan.Company, count: int, seats: Iterator[int]) -> Partner:
        size, people = self._dice.choices(_SIZES, _SIZE_WEIGHTS)[0]
        before = people + self._dice.randrange(people)
        standing = {36: "suspended", 37: "expired", 38: "expired", 39: "draft"}.get(n, "active")
        since = self._first - timedelta(days=self._dice.randrange(200, 700))
        ahead = -10 if standing == "expired" else self._dice.randrange(90, 900)
        return Partner(
            company=company,
            size=size,
            ksic=_FIELDS[company.field][1],
            employees=(before, before + self._dice.randrange(-2, max(3, before // 10))),
            agreed_on=since,
            agreed_until=self._first + timedelta(days=ahead),
            standing=standing,
            incentive_won=self._dice.randrange(3, 31) * 1_000_000 if self._dice.random() < 0.4 else None,
            pledges=self._pledges() if standing == "active" else (),
            openings=[self._opening(company, size, standing, k, next(seats)) for k in range(count)],
        )

    def _pledges(self) -> list[tuple[str, str, int]]:
        """Month, kind and seats of up to three pledges, from half a year ago to three quarters ahead."""
        months = sorted(self._dice.sample(range(-6, 10), self._dice.randrange(1, 4)))
        first = self._first.year * 12 + self._first.month - 1
        kinds = ("permanent", "internship")
        return [
            (f"{(first + m) // 12:04d}-{(first + m) % 12 + 1:02d}", self._dice.choice(kinds), self._dice.randrange(1, 6))
            for m in months
        ]

    def _opening(self, company: plan.Company, size: str, standing: str, number: int, seats: int) -> Opening:
        title, skills = self._dice.choice(_FIELDS[company.field][3])
        kind = self._dice.choices(("permanent", "internship", "fixed_term"), (60, 25, 15))[0]
        opened = self._first - timedelta(days=self._dice.randrange(15, 110))
        closes = None if self._dice.random() < 0.2 else self._first + timedelta(days=self._dice.randrange(40, 200))
        states = ("open", "paused", "in_review", "draft", "closed")
        state = self._dice.choices(states, (78, 6, 6, 5, 5))[0]
        if standing == "draft":
            state = "draft"
        return Opening(
            title=f"{title} {number + 1}차",
            field=company.field,
            kind=kind,
            seats=seats,
            region=company.region,
            opens_on=opened,
            closes_on=closes,
            skills=skills,
            salary=self._salary(kind, size),
            state=state,
        )

    def _salary(self, kind: str, size: str) -> dict[str, Any]:
        if kind == "internship":
            low = 2_100_000 + 50_000 * self._dice.randrange(6)
            return {"lowest": low, "highest": None, "per": "month"}
        low = (_PAY[size] + self._dice.randrange(5) - (2 if kind == "fixed_term" else 0)) * 1_000_000
        return {"lowest": low, "highest": low + 1_000_000 * self._dice.randrange(2, 9), "per": "year"}
