"""Who may do what here: the program's managers everything, an employer its own, overseers read."""

from typing import Annotated, Final

from fastapi import Query

from shared.auth.actor import Role
from shared.auth.policy import allow

MANAGE: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN)
OFFER: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN, Role.EMPLOYER)
OVERVIEW: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN, Role.EXECUTIVE, Role.AUDITOR)
OVERSEE: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN, Role.EMPLOYER, Role.EXECUTIVE, Role.AUDITOR)
READ: Final = allow(*Role)

RegionFilter = Annotated[str | None, Query(pattern=r"^[0-9]{1,10}$", description="the beginning of a legal-district code")]
