"""Names of the units that goals are measured in and of the parts that plans are made of. A plan may bring its own."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.reporting.indicators import Text

UNITS: Final[Mapping[str, Text]] = MappingProxyType({
    "persons": Text("명", "persons"),
    "participations": Text("건", "participations"),
    "placements": Text("건", "placements"),
    "seats": Text("개", "seats"),
    "percent": Text("%", "%"),
    "ratio": Text(":1", "to one"),
    "days": Text("일", "days"),
    "rank": Text("위", "rank"),
    "companies": Text("개사", "companies"),
    "jobs": Text("개", "jobs"),
    "tonnes_co2e": Text("tCO₂e", "t CO₂e"),
    "won": Text("원", "won"),
    "projects": Text("개 사업", "projects"),
    "places": Text("개소", "places"),
    "certificates": Text("건", "certificates"),
    "points": Text("점", "points"),
})  # fmt: skip

# What one of them is called in English.
ONE_OF: Final[Mapping[str, str]] = MappingProxyType({
    "persons": "person", "participations": "participation", "placements": "placement", "seats": "seat", "days": "day",
    "companies": "company", "jobs": "job", "projects": "project", "places": "place", "certificates": "certificate",
    "points": "point",
})  # fmt: skip

PARTS: Final[Mapping[str, Text]] = MappingProxyType({
    "direction": Text("정책방향", "policy direction"),
    "task": Text("과제", "task"),
    "strategy": Text("전략", "strategy"),
    "field": Text("분야", "field"),
    "project": Text("사업", "project"),
    "flagship": Text("대표과제", "flagship project"),
    "committee": Text("분과위원회", "committee"),
})  # fmt: skip
