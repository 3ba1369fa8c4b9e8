"""The life of an agreement, and what a company's agreements amount to on a given day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from services.employers.domain.moves import legal_move
from shared.errors import N_, Conflict, FieldError, Invalid


class AgreementState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class EndingDecision(StrEnum):
    """What becomes of an open posting whose company has no agreement in force: it is closed, or it may run on."""

    CLOSE = "close"
    RUN_ON = "run_on"


MOVES: Final[Mapping[AgreementState, frozenset[AgreementState]]] = MappingProxyType({
    AgreementState.DRAFT: frozenset({AgreementState.ACTIVE}),
    AgreementState.ACTIVE: frozenset({AgreementState.SUSPENDED, AgreementState.ENDED}),
    AgreementState.SUSPENDED: frozenset({AgreementState.ACTIVE, AgreementState.ENDED}),
    AgreementState.ENDED: frozenset(),
})  # fmt: skip


def move(current: AgreementState, target: AgreementState) -> AgreementState:
    """Return `target`, or raise IllegalMove. The only way an agreement's state may change."""
    return legal_move(N_("An agreement"), current, target, MOVES)


class Standing(StrEnum):
    """How a company stands on a day, the best that any of its agreements gives it. In the order from best to worst."""

    ACTIVE = "active"
    OUT_OF_SCOPE = "out_of_scope"
    SUSPENDED = "suspended"
    NOT_BEGUN = "not_begun"
    EXPIRED = "expired"
    DRAFT = "draft"
    ENDED = "ended"
    NONE = "none"


_ORDER: Final = tuple(Standing)
_IN_WORDS: Final = {
    Standing.OUT_OF_SCOPE: N_("its agreement does not cover this field or this kind of position"),
    Standing.SUSPENDED: N_("its agreement is suspended"),
    Standing.NOT_BEGUN: N_("its agreement begins later"),
    Standing.EXPIRED: N_("its agreement has run out"),
    Standing.DRAFT: N_("its agreement is a draft"),
    Standing.ENDED: N_("its agreement was ended"),
    Standing.NONE: N_("it has no agreement"),
}


def check_dates(starts_on: date, ends_on: date) -> None:
    """Raise Invalid unless the last day is the first day or later."""
    if ends_on < starts_on:
        raise Invalid(FieldError("/ends_on", "before_start", N_("May not lie before the first day.")))


class Terms(Protocol):
    """An agreement's state and its first and last day."""

    @property
    def state(self) -> AgreementState: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...


class Scope(Terms, Protocol):
    """An agreement with the fields and kinds of position that it covers; none means all."""

    @property
    def fields(self) -> Sequence[str] | None: ...
    @property
    def kinds(self) -> Sequence[str] | None: ...


def standing(agreements: Iterable[Terms], *, on: date) -> Standing:
    """What a company's `agreements` amount to on a day. Only an active one, with the day within its dates, is ACTIVE."""
    return min((_standing_by(agreement, on) for agreement in agreements), key=_ORDER.index, default=Standing.NONE)


def standing_for(agreements: Iterable[Scope], *, on: date, field: str, kind: str) -> Standing:
    """The same for a posting of a field and kind: an agreement in force that does not cover it is OUT_OF_SCOPE."""
    found = (_narrowed(_standing_by(agreement, on), agreement, field=field, kind=kind) for agreement in agreements)
    return min(found, key=_ORDER.index, default=Standing.NONE)


def _narrowed(found: Standing, agreement: Scope, *, field: str, kind: str) -> Standing:
    covered = (agreement.fields is None or field in agreement.fields) and (agreement.kinds is None or kind in agreement.kinds)
    return found if found is not Standing.ACTIVE or covered else Standing.OUT_OF_SCOPE


def _standing_by(agreement: Terms, on: date) -> Standing:
    if agreement.state is not AgreementState.ACTIVE:
        return Standing(agreement.state.value)
    if on < agreement.starts_on:
        return Standing.NOT_BEGUN
    return Standing.EXPIRED if on > agreement.ends_on else Standing.ACTIVE


def overlap(one: Terms, other: Terms) -> bool:
    """Whether two agreements have a day in common."""
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on


class NoActiveAgreement(Conflict):
    """A position may not open. The one error's code names the standing: `agreement_suspended`, `agreement_none`, ..."""

    code = "no_active_agreement"
    title = N_("No active agreement")
    detail = N_("The company cannot open a position on that day: {standing}.")

    def __init__(self, found: Standing) -> None:
        self.standing = found
        words = _IN_WORDS[found]
        super().__init__(FieldError("/to", f"agreement_{found}", self.detail, {"standing": words}), standing=words)


class AgreementsOverlap(Conflict):
    code = "agreements_overlap"
    title = N_("Another agreement is active in these days")
    detail = N_("The company has an active agreement with a day in common. End or suspend that one first.")


class NotRenewable(Conflict):
    code = "agreement_not_renewable"
    title = N_("This agreement cannot be renewed")
    detail = N_("Only an agreement that is or was in force is renewed, and only once; this one is {state}.")


class AgreementFixed(Conflict):
    code = "agreement_fixed"
    title = N_("This agreement is settled")
    detail = N_("Neither an agreement that has ended nor the days of one that was in force are changed.")
