"""Weights of the score's components, as versioned data: one set per view, because the two sides do not want the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import yaml

from services.matching.domain.market.columns import FULL, Column
from services.matching.domain.market.components import NAMES
from services.matching.domain.numbers import np
from shared.errors import N_, FieldError, Invalid

FOLDER: Final = Path(__file__).with_name("weights")
CURRENT: Final = "2026-2"


class View(StrEnum):
    """Whose interest a score speaks for: trainees look for work that suits them, positions for somebody who can do it."""

    TRAINEE = "trainee"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Weights:
    """A weight per component and view, each view's together 1, and the id under which they are known."""

    id: str
    views: Mapping[View, Mapping[str, float]]

    def column(self, view: View) -> Column:
        """The weights in thousandths, in the order of the components."""
        given = self.views[view]
        return np.array([thousandths(given.get(name, 0)) for name in NAMES], dtype=np.int32)


def weights(id_: str, views: Mapping[str, Mapping[str, float]]) -> Weights:
    """A set of weights. Raises Invalid for an unknown view or component, a weight that is none, and a view that makes no 1."""
    problems = [problem for view, given in views.items() for problem in _problems(view, given)]
    unknown = set(views) - set(View)
    missing = set(View) - set(views)
    problems += [_problem(f"/{view}", "unknown_view", N_("There are two views: trainee and position.")) for view in unknown]
    problems += [_problem(f"/{view}", "missing", N_("Weights are needed for both views.")) for view in sorted(missing)]
    if problems:
        raise Invalid(*problems)
    return Weights(id_, MappingProxyType({view: MappingProxyType(dict(views[view])) for view in View}))


@cache
def known_weights(id_: str = CURRENT) -> Weights:
    """A set that ships with the product. Raises Invalid for an id that none has."""
    if id_ not in versions():
        message = N_("Must be one of: {expected}.")
        raise Invalid(FieldError("/weights", "not_a_choice", message, {"expected": ", ".join(versions())}))
    content = yaml.safe_load((FOLDER / f"{id_}.yaml").read_text(encoding="utf-8"))
    return weights(id_, content["views"])


@cache
def versions() -> tuple[str, ...]:
    """The ids of the sets that ship with the product, oldest first."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))


def _problems(view: str, given: Mapping[str, float]) -> list[FieldError]:
    problems = [
        _problem(f"/{view}", "unknown_component", N_("Names a component that there is not. There are: {expected}."))
        for name in given
        if name not in NAMES
    ]
    if not all(_is_weight(value) for value in given.values()):
        problems.append(_problem(f"/{view}", "not_a_weight", N_("A weight is a number from 0 to 1 with three digits at most.")))
    elif sum(thousandths(value) for value in given.values()) != FULL:
        problems.append(_problem(f"/{view}", "not_one", N_("The weights do not make 1 together.")))
    return problems


def _problem(pointer: str, code: str, message: str) -> FieldError:
    return FieldError(f"/weights{pointer}", code, message, {"expected": ", ".join(NAMES)})


def thousandths(weight: float) -> int:
    return round(weight * FULL)


def _is_weight(value: float) -> bool:
    number = Decimal(str(value))
    return 0 <= number <= 1 and number * FULL == int(number * FULL)
