"""Who the built-in issuer knows: the demo clients, and what each of them may act as."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.auth.actor import Role
from shared.errors import N_

SECRET: Final = "demo"  # noqa: S105 - known to everybody, and the issuer refuses to run where that would matter
_SINGLE: Final[Mapping[str, Role]] = {
    "program-manager": Role.PROGRAM_MANAGER,
    "executive": Role.EXECUTIVE,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMIN,
}
_ORGANISATIONS: Final = (
    (re.compile(r"university-([a-z0-9][a-z0-9-]{0,30})"), Role.UNIVERSITY),
    (re.compile(r"employer-([0-9]{10})"), Role.EMPLOYER),
)
ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.PROGRAM_MANAGER: N_("Program manager"),
    Role.UNIVERSITY: N_("University"),
    Role.EMPLOYER: N_("Employer"),
    Role.EXECUTIVE: N_("Executive"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMIN: N_("Administrator"),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Someone a token can speak for."""

    name: str
    role: Role
    organisation: str | None = None


def identity(name: str) -> Identity | None:
    """The demo identity of that name: `executive`, `university-knu`, `employer-1234567890`."""
    if name in _SINGLE:
        return Identity(name, _SINGLE[name])
    for form, role in _ORGANISATIONS:
        match = form.fullmatch(name)
        if match:
            return Identity(name, role, match[1])
    return None


def people() -> list[Identity]:
    """The identities that the sign-in page offers by name."""
    return [Identity(name, role) for name, role in _SINGLE.items()]
