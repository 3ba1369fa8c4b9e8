"""Whether an applicant may take part: every rule's outcome on the facts of one day, and the verdict that follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from services.trainees.domain.circumstances import DegreeState, Facts
from services.trainees.domain.rules import AgeAtMost, AnyOf, DegreeIn, Graduate, ResidentIn, Rule
from shared.errors import N_, Conflict


class Verdict(StrEnum):
    """`unknown`: a fact that decides is missing."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNKNOWN = "unknown"


class DecidedAlready(Conflict):
    code = "eligibility_decided"
    title = N_("Decided already")
    detail = N_("Eligibility was decided, and the facts of that day are kept: a later change does not change it.")


class NotEligible(Conflict):
    code = "not_eligible"
    title = N_("Not eligible")
    detail = N_("The rules of the program do not admit this applicant. The decision explains each rule's outcome.")


class EligibilityUnknown(Conflict):
    code = "eligibility_unknown"
    title = N_("Eligibility cannot be decided yet")
    detail = N_("Facts that the rules ask for are missing: the applicant's residence or degree.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one rule turned out, with what it asks for. `of` holds the outcomes of a rule that consists of several."""

    kind: str
    verdict: Verdict
    asks: Mapping[str, Any]
    of: tuple["Outcome", ...] = ()


EXPLANATIONS: Final[Mapping[tuple[str, Verdict], str]] = {
    ("age_at_most", Verdict.ELIGIBLE): N_("{years} years or younger on the deadline: met."),
    ("age_at_most", Verdict.INELIGIBLE): N_("{years} years or younger on the deadline: not met."),
    ("resident_in", Verdict.ELIGIBLE): N_("Residence in {regions} on the deadline: met."),
    ("resident_in", Verdict.INELIGIBLE): N_("Residence in {regions} on the deadline: not met."),
    ("resident_in", Verdict.UNKNOWN): N_("Residence in {regions} on the deadline: no residence is known."),
    ("degree_in", Verdict.ELIGIBLE): N_("Degree from a university in {regions}: met."),
    ("degree_in", Verdict.INELIGIBLE): N_("Degree from a university in {regions}: not met."),
    ("degree_in", Verdict.UNKNOWN): N_("Degree from a university in {regions}: no degree is known."),
    ("graduate", Verdict.ELIGIBLE): N_("Graduate: met."),
    ("graduate", Verdict.INELIGIBLE): N_("Graduate: not met."),
    ("graduate", Verdict.UNKNOWN): N_("Graduate: no degree is known."),
    ("any_of", Verdict.ELIGIBLE): N_("At least one of {count} conditions: met."),
    ("any_of", Verdict.INELIGIBLE): N_("At least one of {count} conditions: none is met."),
    ("any_of", Verdict.UNKNOWN): N_("At least one of {count} conditions: not known yet."),
}


def judge(rules: Sequence[Rule], facts: Facts) -> tuple[Verdict, list[Outcome]]:
    """The verdict on `facts`: every rule has to be met. Without rules everybody is eligible."""
    outcomes = [_outcome(rule, facts) for rule in rules]
    return _every(outcome.verdict for outcome in outcomes), outcomes


def _outcome(rule: Rule, facts: Facts) -> Outcome:
    match rule:
        case AgeAtMost():
            return Outcome(rule.kind, _met(facts.age <= rule.years), {"years": rule.years})
        case ResidentIn():
            return Outcome(rule.kind, _residence(rule, facts), {"regions": rule.regions})
        case DegreeIn():
            return Outcome(rule.kind, _degree(facts, rule.regions, rule.or_expected), {"regions": rule.regions})
        case Graduate():
            return Outcome(rule.kind, _degree(facts, [""], rule.or_expected), {})
        case AnyOf():
            of = tuple(_outcome(each, facts) for each in rule.of)
            return Outcome(rule.kind, _some(each.verdict for each in of), {"count": len(of)}, of)


def _residence(rule: ResidentIn, facts: Facts) -> Verdict:
    return Verdict.UNKNOWN if facts.residence is None else _met(facts.residence.startswith(tuple(rule.regions)))


def _degree(facts: Facts, regions: Sequence[str], or_expected: bool) -> Verdict:
    if not facts.degrees:
        return Verdict.UNKNOWN
    return _met(
        any(
            region.startswith(tuple(regions)) and (or_expected or state is DegreeState.OBTAINED)
            for region, state in facts.degrees
        )
    )


def _met(met: bool) -> Verdict:
    return Verdict.ELIGIBLE if met else Verdict.INELIGIBLE


def _every(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    if Verdict.INELIGIBLE in found:
        return Verdict.INELIGIBLE
    return Verdict.UNKNOWN if Verdict.UNKNOWN in found else Verdict.ELIGIBLE


def _some(verdicts: Iterable[Verdict]) -> Verdict:
    found = set(verdicts)
    if Verdict.ELIGIBLE in found:
        return Verdict.ELIGIBLE
    return Verdict.UNKNOWN if Verdict.UNKNOWN in found else Verdict.INELIGIBLE


def stored(outcome: Outcome) -> dict[str, Any]:
    """An outcome as it is kept beside the decision."""
    return asdict(outcome)
