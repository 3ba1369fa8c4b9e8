"""What a rule finds: a place in a document, and why what changed there breaks somebody."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """One change that breaks somebody. `document` is a path below infra/docs, `place` says where in it."""

    document: str
    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.document}: {self.place}: {self.why}"


class Use(Enum):
    """Who relies on a schema, and hence which way it may not change."""

    SENT = "callers send it"  # what was accepted has to stay accepted
    READ = "callers read it"  # what is answered has to stay what they know
    KEPT = "the log keeps it"  # old records are read by new code and new records by old code: both at once

    @property
    def may_narrow(self) -> bool:
        return self is Use.READ

    @property
    def may_widen(self) -> bool:
        return self is Use.SENT
