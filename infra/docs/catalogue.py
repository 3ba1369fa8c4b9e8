"""Writes the page about indicators from their definitions, so that it cannot say anything else: run it after a change."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.reporting.domain.values import KNOWN_ENOUGH
from services.reporting.indicators import CATALOGUE, Indicator, current
from services.reporting.indicators.standards import STANDARDS

PAGE: Final = Path(__file__).with_name("indicators.md")
_HEAD: Final = f"""# Indicators

For those who read, check or quote a figure. Written from the definitions in `services/reporting/indicators/` by
`python -m infra.docs.catalogue`; a test fails when it says anything else. How a value comes about: [figures](figures.md).

Every value comes with its passport: numerator and denominator, what was left out and why, how much of it rests on which
evidence, how many outcomes are unknown, and between which bounds the value lies if all of them were failures or successes.
`known_share` is how much of a rate's denominator has a known outcome; under {KNOWN_ENOUGH:g} % (`known_enough` is false) a
rate is not to be relied on. A rate whose window has not passed is `immature` and says on which day it can be computed
(`matures_on`). Values in days have quartiles. Earlier versions are asked for with `?version=1`.
"""
_STANDARDS: Final = """## One cohort, several standards

`GET /api/v1/standards?cohort_id=...` reckons the same facts by each of these, and tells the way from each to the next in
counted steps: how many entered or left the denominator, became a success or ceased to be one, and why.

| standard | 기준 | indicator |
|---|---|---|
"""
_UNKNOWN: Final = """
NACE's knowledge rate (`knowledge_rate`) stands beside its career outcomes rate. Further study, military service and foreign
students are not on record, so that nobody is left out for them where KEDI would.

## What is not known yet

- `GET /api/v1/maturity` says which indicator of which cohort can be computed from when on: by what happened, or while
  nobody is out of training by the day on which the cohort is planned to end.
- `GET /api/v1/maturity/follow-ups?threshold=65` says of how many persons it has to be heard so that the knowledge rate
  reaches the threshold, and lists those of whom nothing is known: ids, no names.
"""


def page() -> str:
    """The whole page."""
    rows = [f"| {each.name.en} | {each.name.ko} | `{each.indicator}` |\n" for each in STANDARDS]
    newest = [_section(indicator) for indicator in current().values()]
    return "".join([_HEAD, "\n", _STANDARDS, *rows, _UNKNOWN, "\n## The catalogue\n", *newest])


def _section(indicator: Indicator) -> str:
    earlier = [version for id_, version in CATALOGUE if id_ == indicator.id and version < indicator.version]
    title = f"\n### `{indicator.id}` {indicator.name.en} · {indicator.name.ko}\n\n"
    also = "".join(f" Version {version}: {CATALOGUE[indicator.id, version].formula.en}." for version in earlier)
    formulas = f"{_sentence(indicator.formula.en)}{also}\n\n{_sentence(indicator.formula.ko)}\n\n"
    return title + formulas + "| | |\n|---|---|\n" + "".join(f"| {name} | {said} |\n" for name, said in _facts(indicator))


def _facts(indicator: Indicator) -> Iterator[tuple[str, str]]:
    yield "version, unit", f"{indicator.version}, {indicator.unit}; counts {indicator.counted.en}; {indicator.roll_up}"
    yield "as defined by", indicator.standard.en
    yield "window", indicator.window.en
    yield "computable", indicator.maturity.en
    yield "rounding", f"{indicator.decimals} decimals, halves up" if indicator.decimals else "whole numbers"
    yield "evidence", f"grade {indicator.minimum_grade} or better" if indicator.grades else "does not ask for any"
    yield "by", ", ".join(indicator.dimensions)
    yield "from", ", ".join(indicator.sources)
    if indicator.exclusions:
        yield "left out", "; ".join(f"`{code}` {text.en}" for code, text in indicator.exclusions.items())
    if indicator.notes:
        yield "no success", "; ".join(f"`{code}` {text.en}" for code, text in indicator.notes.items())


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
