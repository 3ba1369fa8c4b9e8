"""Settings of rounds as they are handed in: weights, quotas of every position and over more than one."""

from typing import Annotated, Final

from pydantic import Field

from services.matching.domain.offers import MOST_DAYS
from services.matching.domain.rounds.quotas import Over
from services.matching.domain.rounds.settings import MOST_GROUPS
from shared.http.bodies import Body

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
GroupValue = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$", description="a region's code, an id, a field")]
Percent = Annotated[int, Field(ge=0, le=100)]
AnswerDays = Annotated[int, Field(ge=1, le=MOST_DAYS, description="days that an offer of its places waits for an answer")]
Weight = Annotated[float, Field(ge=0, le=1)]
By = Annotated[dict[Annotated[str, Field(max_length=40)], Weight], Field(max_length=20)]


class WeightsGiven(Body):
    """A set that ships with the product by its id alone, or one's own: per view, weights that make 1."""

    id: Code
    views: Annotated[dict[Annotated[str, Field(max_length=20)], By], Field(max_length=4)] | None = None


class QuotaGiven(Body):
    """For this group `reserved` percent of every position's seats, rounded down; and never more than `at_most`, rounded up."""

    group: Code
    values: Annotated[list[GroupValue], Field(min_length=1, max_length=50)]
    reserved: Percent = 0
    at_most: Percent = 100


MOST_RULES: Final = 3 * MOST_GROUPS


class RuleGiven(Body):
    """The same for a group of the quotas over all seats of each company or each field, or of the whole round."""

    group: Code
    over: Over
    reserved: Percent = 0
    at_most: Percent = 100
