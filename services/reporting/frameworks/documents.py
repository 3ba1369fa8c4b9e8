"""A framework file as a whole: a published plan with its tree, its goals, its projects and its committees."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from services.reporting.domain.periods import Period
from services.reporting.frameworks.parts import Budget, Code, Committee, Count, Part, Slug, Source, Sourced, Stated, Text
from services.reporting.frameworks.targets import Goal
from shared.errors import N_
from shared.http.validation import wrong


class Node(Sourced):
    """A part of the plan: a direction, a strategy, a field, whatever `kind` says. Without a name, `missing` says why.

    `fields` are the industry fields whose outcomes count for it.
    """

    id: Slug
    kind: Code
    name: Text | None = None
    owner: Text | None = None
    fields: list[Code] = Field(default_factory=list, max_length=100)
    budget: Budget | None = None
    stated: list[Stated] = Field(default_factory=list, max_length=20)
    committee: Committee | None = None
    nodes: list["Node"] = Field(default_factory=list, max_length=200)

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if self.name is None and self.missing is None:
            raise wrong("name_or_missing", N_("Give the name, or say under `missing` why there is none."))
        return self


class Measure(Part):
    """Something that is observed, not derived: once per period, by whom and how `method` says."""

    id: Slug
    name: Text
    unit: Code
    every: Period
    method: Text


class PlannedMilestone(Part):
    """A step of a project."""

    name: Text
    due_on: date


class PlannedProject(Part):
    """A project as the plan names it. What became of it since is kept beside the plan."""

    id: Slug
    name: Text
    node: Slug | None = None
    owner: Text | None = None
    budget_won: Count | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    flagship: bool = False
    milestones: list[PlannedMilestone] = Field(default_factory=list, max_length=60)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_on is not None and self.ends_on is not None and self.ends_on < self.starts_on:
            raise wrong("ends_before_start", N_("It ends before it starts."))
        return self


class Framework(Part):
    """A published plan. `units` and `kinds` name what only this plan knows."""

    id: Slug
    name: Text
    owner: Text
    starts_on: date
    ends_on: date
    source: Source
    budget: Budget | None = None
    stated: list[Stated] = Field(default_factory=list, max_length=20)
    committees: list[Committee] = Field(default_factory=list, max_length=50)
    units: dict[Code, Text] = Field(default_factory=dict)
    kinds: dict[Code, Text] = Field(default_factory=dict)
    measures: list[Measure] = Field(default_factory=list, max_length=200)
    nodes: list[Node] = Field(default_factory=list, max_length=200)
    goals: list[Goal] = Field(default_factory=list, max_length=200)
    projects: list[PlannedProject] = Field(default_factory=list, max_length=2000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise wrong("ends_before_start", N_("It ends before it starts."))
        return self

    def all_nodes(self) -> Iterator[tuple[str, Node]]:
        """Every node of the tree with its JSON Pointer, a parent before its children."""
        waiting = [(f"/nodes/{place}", node) for place, node in enumerate(self.nodes)]
        while waiting:
            pointer, node = waiting.pop(0)
            yield pointer, node
            waiting[:0] = [(f"{pointer}/nodes/{place}", child) for place, child in enumerate(node.nodes)]

    def node_ids(self) -> list[str]:
        return [node.id for _, node in self.all_nodes()]

    def measure(self, measure_id: str) -> Measure | None:
        return next((measure for measure in self.measures if measure.id == measure_id), None)

    def content(self) -> Mapping[str, object]:
        """What it says, as JSON: what it does not say is left out."""
        return self.model_dump(mode="json", exclude_defaults=True)
