"""Who may do what here: the program's managers everything, a university its own, overseers read without personal data.

An employer comes in at one door only: to those who accepted a placement there.
"""

from typing import Final

from shared.auth.actor import Role
from shared.auth.policy import allow

MANAGE: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN)
ADMIT: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN, Role.UNIVERSITY)
READ: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN, Role.UNIVERSITY, Role.EXECUTIVE, Role.AUDITOR)
SEE_PERSONS: Final = ADMIT
SEE_PLACED: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN, Role.EMPLOYER)
AUDIT: Final = allow(Role.AUDITOR, Role.ADMIN)
