"""Who may call: the roles that several routers name."""

from typing import Final

from shared.auth.actor import Role

PROGRAM: Final = (Role.PROGRAM_MANAGER, Role.ADMIN)
