"""Persons, as random ids: which there are, which are one human, whose data is gone."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.trainees.registry import TraineesEvent


class PersonRegistered(TraineesEvent):
    """A human is known. Nothing about them leaves the service but this random id.

    v1  first version
    """

    name: ClassVar[str] = "person.registered"
    person_id: UUID


class IdentityEvent(TraineesEvent):
    """From now on `person_id` counts as `survivor_id`, whatever it counted as before.

    Every id whose survivor changes has an event of its own, under its own key: who keeps the last `survivor_id` per
    `person_id`, and counts an id without one as itself, counts unique persons right. Nothing else has to be followed.
    """

    person_id: UUID
    survivor_id: UUID
    effective_on: date


class PersonsMerged(IdentityEvent):
    """Two persons turned out to be one human.

    v1  first version
    """

    name: ClassVar[str] = "person.merged"


class PersonsUnmerged(IdentityEvent):
    """A merge was taken back: the person counts as itself again, or as the one that it was merged into before.

    v1  first version
    """

    name: ClassVar[str] = "person.unmerged"


class PersonErased(TraineesEvent):
    """What was known of a person was destroyed; `ground` is request or retention. They still count.

    v1  first version
    """

    name: ClassVar[str] = "person.erased"
    person_id: UUID
    ground: str
    effective_on: date
