"""The small parts that every framework file is made of: texts, numbers, sources, and what is not known."""

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.errors import N_
from shared.http.validation import wrong
from shared.text import has_forbidden_character

LONGEST_TEXT = 2000


def _printable(value: str) -> str:
    if has_forbidden_character(value):
        raise wrong("control_character", N_("Holds a character that no text may hold."))
    return value


Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_printable)]
Url = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$", max_length=LONGEST_TEXT)]
Number = Annotated[int, Field(strict=True)] | Annotated[float, Field(strict=True, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0)]


class Part(BaseModel):
    """Any part of a framework file: what is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """The same in Korean and in English."""

    ko: Words
    en: Words

    def __getitem__(self, language: str) -> str:
        return self.ko if language == "ko" else self.en


class Source(Part):
    """Where a number comes from."""

    text: Text
    url: Url | None = None


class Sourced(Part):
    """Something that comes from somewhere. What the plan does not say is null, and `missing` says so in words."""

    source: Source | None = None
    missing: Text | None = None

    def check_number(self, number: object) -> None:
        """Refuse a number without its source, and the lack of one that is not admitted."""
        if number is None and self.missing is None:
            raise wrong("number_or_missing", N_("Give the number, or say under `missing` why there is none."))
        if number is not None and self.source is None:
            raise wrong("source_required", N_("Every number needs its source."))


class Budget(Sourced):
    """How much is to be spent, in won. `approximate` where the source rounds."""

    won: Count | None = None
    approximate: bool = False

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        self.check_number(self.won)
        return self


class Stated(Sourced):
    """How many parts of a kind the plan says it has, whether or not they are listed here."""

    kind: Code
    number: Count | None = None
    approximate: bool = False

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        self.check_number(self.number)
        return self


class Committee(Sourced):
    """Who steers a plan or a part of it."""

    id: Slug
    name: Text
    members: Count | None = None
    approximate: bool = False

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        self.check_number(self.members)
        return self
