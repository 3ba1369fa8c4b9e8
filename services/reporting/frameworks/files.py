"""Reads the framework files and refuses to start on one that is wrong, naming the place."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from services.reporting.domain.goals import Direction, Kind
from services.reporting.domain.values import Unit
from services.reporting.indicators import current

FOLDER: Final = Path(__file__).parent
Content = TypeVar("Content")
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class FrameworkError(Exception):
    """A framework file cannot be used. The text names the file, the place and what is wrong."""


class Part(BaseModel):
    """Any part of a framework file: what is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """The same in Korean and in English."""

    ko: str
    en: str


class Source(Part):
    """Where a number comes from."""

    text: Text
    url: str | None = None


class Target(Part):
    """What is to be reached by the end of the day `due_on`. `reason` says why it replaced the one before."""

    value: float
    due_on: date
    source: Source
    reason: Text | None = None


class Baseline(Part):
    """Where the goal started from."""

    value: float
    on: date
    source: Source


class Goal(Part):
    """One number that a plan promises. The first target is the original one, the last the current one."""

    id: Slug
    name: Text
    indicator: str
    unit: Unit
    direction: Direction
    kind: Kind
    starts_on: date
    baseline: Baseline
    targets: Annotated[list[Target], Field(min_length=1)]
    counting: Text

    @property
    def target(self) -> Target:
        return self.targets[-1]

    @property
    def original_target(self) -> Target:
        return self.targets[0]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for target in self.targets:
            if target.due_on < self.starts_on:
                raise ValueError("a target is due before the goal starts")
            higher = target.value > self.baseline.value
            if target.value == self.baseline.value or higher != (self.direction is Direction.HIGHER):
                raise ValueError(f"a target is not {self.direction} than the baseline")
        if any(target.reason is None for target in self.targets[1:]):
            raise ValueError("a target that replaces another needs its reason")
        return self


class Framework(Part):
    """A published plan."""

    id: Slug
    name: Text
    owner: Text
    starts_on: date
    ends_on: date
    source: Source
    goals: Annotated[list[Goal], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("it ends before it starts")
        return self


@cache
def frameworks() -> Mapping[str, Framework]:
    """The plans that ship with the product, by id. Raises FrameworkError."""
    return read(sorted(FOLDER.glob("*.yaml")))


@cache
def goals() -> Mapping[str, Goal]:
    """The goals of all plans, by id."""
    return {goal.id: goal for framework in frameworks().values() for goal in framework.goals}


@cache
def field_names() -> Mapping[str, Text]:
    """The names of industry fields, by code. Raises FrameworkError."""
    path = FOLDER / "dimensions" / "fields.yaml"
    return _checked(path, lambda content: TypeAdapter(dict[str, Text]).validate_python(content))


def read(paths: Sequence[Path]) -> Mapping[str, Framework]:
    """The plans in these files, checked one by one and against each other. Raises FrameworkError."""
    found: dict[str, Framework] = {}
    seen: set[str] = set()
    for path in paths:
        framework = _framework(path)
        if framework.id != path.stem:
            raise FrameworkError(f"{path.name}: id: must be {path.stem}, like the file")
        for index, goal in enumerate(framework.goals):
            _check(goal, seen, place=f"{path.name}: goals.{index}")
            seen.add(goal.id)
        found[framework.id] = framework
    return found


def _framework(path: Path) -> Framework:
    return _checked(path, Framework.model_validate)


def _checked(path: Path, parse: Callable[[object], Content]) -> Content:
    try:
        return parse(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise FrameworkError(f"{path.name}: {error}") from None
    except ValidationError as error:
        problems = [f"{path.name}: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_url=False)]
        raise FrameworkError("\n".join(problems)) from None


def _check(goal: Goal, seen: set[str], *, place: str) -> None:
    indicator = current().get(goal.indicator)
    if goal.id in seen:
        raise FrameworkError(f"{place}.id: another goal is called {goal.id}")
    if indicator is None:
        raise FrameworkError(f"{place}.indicator: there is no {goal.indicator}; there are {', '.join(current())}")
    if indicator.unit is not goal.unit:
        raise FrameworkError(f"{place}.unit: {goal.indicator} is measured in {indicator.unit}")
