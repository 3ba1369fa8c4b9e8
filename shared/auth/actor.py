"""The caller, as every rule sees them: a subject, roles, and the organisation they act for."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    PROGRAM_MANAGER = "program_manager"
    UNIVERSITY = "university"
    EMPLOYER = "employer"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """A verified caller. `organisation` is a university code or ten business-number digits, for those who act for one."""

    subject: str
    roles: frozenset[Role]
    organisation: str | None = None
    client_id: str | None = None

    def has(self, *roles: Role) -> bool:
        """Whether the caller holds at least one of these roles."""
        return not self.roles.isdisjoint(roles)

    @classmethod
    def system(cls, service: str) -> "Actor":
        """The actor of what a service does by itself, in answer to an event."""
        return cls(subject=f"service:{service}", roles=frozenset())
