"""A job in words: pay, hours, places and days as a reader of Korean or English expects them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from babel.dates import format_date

from services.employers.domain.codes import industries, regions
from services.employers.domain.fields import field_name
from services.employers.domain.offers import Per
from services.employers.domain.positions import PositionKind
from services.employers.tables import Company, Position
from shared.errors import N_
from shared.i18n import Language, translate

_KINDS: Final[Mapping[PositionKind, str]] = MappingProxyType({
    PositionKind.INTERNSHIP: N_("Internship"),
    PositionKind.PERMANENT: N_("Permanent"),
    PositionKind.FIXED_TERM: N_("Fixed-term"),
})  # fmt: skip
_PER: Final[Mapping[Per, str]] = MappingProxyType({
    Per.YEAR: N_("{amount} a year"),
    Per.MONTH: N_("{amount} a month"),
    Per.HOUR: N_("{amount} an hour"),
})  # fmt: skip
_LEVELS: Final = (N_("knows of it"), N_("works under guidance"), N_("works alone"), N_("leads"), N_("teaches"))


@dataclass(frozen=True, slots=True)
class Words:
    """Says things in one language."""

    language: Language

    def text(self, message: str, **params: object) -> str:
        return translate(message, self.language, params)

    def kind(self, position: Position) -> str:
        if position.duration_months is None:
            return self.text(_KINDS[position.kind])
        return self.text(N_("{kind}, {months} months"), kind=_KINDS[position.kind], months=position.duration_months)

    def kind_alone(self, kind: PositionKind) -> str:
        return self.text(_KINDS[kind])

    def field(self, position: Position) -> str:
        return field_name(position.field, self.language)

    def place(self, position: Position) -> str:
        known = [found for digits in (10, 5, 2) if (found := regions.table().get(position.region[:digits])) is not None]
        names = [found.name_ko if self.language == "ko" else found.name_en for found in known]
        return next((name for name in names if name), position.region)

    def company(self, company: Company) -> str:
        return company.name_ko if self.language == "ko" else company.name_en

    def industry(self, company: Company) -> str | None:
        found = industries.table().get(company.ksic) if company.ksic else None
        if found is None:
            return None
        return f"{found.name_ko if self.language == 'ko' else found.name_en} (KSIC {found.code})"

    def salary(self, position: Position) -> str | None:
        if position.salary_per is None:
            return None
        low, high = position.salary_lowest, position.salary_highest
        if low is not None and high is not None and low != high:
            amount = self.text(N_("KRW {low} to {high}"), low=f"{low:,}", high=f"{high:,}")
        elif high is None:
            amount = self.text(N_("KRW {low} or more"), low=f"{low:,}")
        elif low is None:
            amount = self.text(N_("up to KRW {high}"), high=f"{high:,}")
        else:
            amount = self.text(N_("KRW {low}"), low=f"{low:,}")
        return self.text(_PER[position.salary_per], amount=amount)

    def hours(self, position: Position) -> str | None:
        if position.weekly_hours is None:
            return None
        told = [self.text(N_("{hours} hours a week"), hours=position.weekly_hours)]
        if position.work_starts_at is not None and position.work_ends_at is not None:
            told.append(f"{position.work_starts_at:%H:%M}~{position.work_ends_at:%H:%M}")
        if position.in_shifts:
            told.append(self.text(N_("in shifts")))
        return ", ".join(told)

    def deadline(self, position: Position) -> str:
        if position.closes_on is None:
            return self.text(N_("until filled"))
        return self.day(position.closes_on)

    def day(self, day: date) -> str:
        return format_date(day, format="long", locale=self.language)

    def level(self, level: int) -> str:
        return self.text(_LEVELS[level - 1])
