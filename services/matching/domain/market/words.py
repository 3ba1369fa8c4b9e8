"""The words of a market and their codes: fields, regions, areas and skills. Codes once given never change; new words follow."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple, Self

from services.matching.domain.market.columns import FULL, HALF
from services.matching.domain.market.fields import related
from services.matching.domain.market.sides import CandidateSide, OpeningSide

NEIGHBOURS: Final = 700
_ONE_REGION: Final = frozenset({"27", "47"})
"""Daegu and Gyeongbuk (first two digits of the legal-district code): one programme, one labour market."""

Codes = Mapping[str, int]


class Words(NamedTuple):
    """Codes by word. Which code a word has changes no score and no order."""

    fields: Codes
    regions: Codes
    areas: Codes
    skills: Codes

    @classmethod
    def of(cls, candidates: Sequence[CandidateSide], openings: Sequence[OpeningSide]) -> Self:
        """The words of these two sides."""
        return cls({}, {}, {}, {}).with_those_of(candidates, openings)

    def with_those_of(self, candidates: Sequence[CandidateSide], openings: Sequence[OpeningSide]) -> Self:
        """The same with the words of these two sides behind them; itself where there is none new."""
        regions = {each.region for each in openings}
        areas = {area_of(each.region) for each in candidates if each.region} | {area_of(region) for region in regions}
        held = set(chain.from_iterable(each.skills for each in candidates if each.skills))
        asked = {demand.skill for each in openings for demand in each.demands}
        fields = {each.field for each in candidates} | {each.field for each in openings}
        found = (fields, regions, areas, held | asked)
        if all(new <= known.keys() for known, new in zip(self, found, strict=True)):
            return self
        return type(self)(*(_with(known, new) for known, new in zip(self, found, strict=True)))


def area_of(region: str) -> str:
    """The province or metropolitan city that a district lies in."""
    return region[:2]


def closeness_of_fields(trained: str, wanted: str) -> int:
    if trained == wanted:
        return FULL
    return HALF if related(trained, wanted) else 0


def closeness_of_areas(home: str, work: str) -> int:
    if home == work:
        return FULL
    return NEIGHBOURS if {home, work} <= _ONE_REGION else 0


def _with(known: Codes, words: Iterable[str]) -> Codes:
    new = sorted(set(words) - known.keys())
    return {**known, **{word: code for code, word in enumerate(new, len(known))}}
