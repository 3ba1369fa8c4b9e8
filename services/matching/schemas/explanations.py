"""The explanation of automated matching that a trainee may ask for, in words and with everything that was used."""

from datetime import date, datetime
from typing import Final, Self
from uuid import UUID

from pydantic import BaseModel

from services.matching.schemas.profiles import ProfilePublic
from services.matching.schemas.recommendations import RecommendationsPublic
from shared.errors import N_
from shared.i18n import translate
from shared.i18n.language import Language

HOW: Final = (
    N_("A machine leaves out positions that break a hard rule, and orders the others by a weighted score."),
    N_("It uses what is shown here and nothing else: no name, no age, no sex, no address."),
    N_("It advises. A person decides whether a trainee is put forward, and the trainee whether to accept."),
    N_("The trainee may refuse automated matching at any time; people then put them forward without it."),
    N_("What is wrong here can be corrected: skills and wishes by the university or the program, training by trainees."),
)


class ExplanationContent(BaseModel):
    """`how` in the reader's language; `data` is all that was used of the person; then the result, part by part."""

    on: date
    how: list[str]
    data: ProfilePublic
    result: RecommendationsPublic

    @classmethod
    def of(cls, data: ProfilePublic, result: RecommendationsPublic, *, on: date, language: Language) -> Self:
        return cls(on=on, how=[translate(text, language) for text in HOW], data=data, result=result)


class ExplanationPublic(BaseModel):
    """An explanation as it was given."""

    id: UUID
    person_id: UUID
    given_at: datetime
    content: ExplanationContent
