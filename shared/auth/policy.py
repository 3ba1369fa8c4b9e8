"""What a route demands of its caller. Every route names one."""

from dataclasses import dataclass
from typing import Final

from shared.auth.actor import Actor, Role
from shared.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Policy:
    """`signed_in` False: anyone, with or without a token. Otherwise a verified caller with one of `roles`, if any are named."""

    signed_in: bool
    roles: frozenset[Role] = frozenset()

    def check(self, actor: Actor) -> None:
        """Raise Forbidden when a verified caller has none of the roles."""
        if self.roles and not actor.has(*self.roles):
            raise Forbidden


PUBLIC: Final = Policy(signed_in=False)
SIGNED_IN: Final = Policy(signed_in=True)


def allow(*roles: Role) -> Policy:
    """Callers who hold at least one of these roles. Which rows they see is the query's business."""
    if not roles:
        raise TypeError("allow() needs a role; say SIGNED_IN for any caller with a token")
    return Policy(signed_in=True, roles=frozenset(roles))
