"""Who a person is: the data we hold, what makes two records certainly one human, and what a record changes."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

FIELDS: Final = ("name", "birth_date", "phone", "email")


@dataclass(frozen=True, slots=True)
class PersonData:
    """What we know of a human. `phone` is E.164. Never printed: its repr says nothing."""

    name: str
    birth_date: date
    phone: str
    email: str | None = None

    def __repr__(self) -> str:
        return "PersonData(...)"


def letters(name: str) -> str:
    """A name without what may differ between two spellings of it: composition, width, case, spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def identity_of(person: PersonData) -> str:
    """What certainly resolves to one human: name in any spelling of the same letters, birth date and telephone number."""
    return f"{letters(person.name)}\x1f{person.birth_date.isoformat()}\x1f{person.phone}"


def content_of(person: PersonData) -> str:
    """Everything that we hold, to see by one comparison whether a record says anything new."""
    return "\x1f".join((person.name, person.birth_date.isoformat(), person.phone, person.email or ""))


def changes(held: PersonData, told: PersonData) -> tuple[str, ...]:
    """The names of the fields that `told` changes. No e-mail address is no news about it."""
    return tuple(field for field in FIELDS if getattr(told, field) is not None and getattr(told, field) != getattr(held, field))


def applied(held: PersonData, told: PersonData) -> PersonData:
    """`held` with what `told` changes."""
    return PersonData(told.name, told.birth_date, told.phone, held.email if told.email is None else told.email)


def is_somebody_else(held: PersonData, told: PersonData) -> bool:
    """Whether a record with a known student number is about another human than the number's: name and birth date differ."""
    return letters(held.name) != letters(told.name) and held.birth_date != told.birth_date
