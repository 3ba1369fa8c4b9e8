"""Who may do what with plans, what is observed for them, and alerts."""

from typing import Final

from services.reporting.queries.entitlement import SEES_EVERYTHING
from shared.auth.actor import Role
from shared.auth.policy import allow

OVERSEE: Final = allow(*SEES_EVERYTHING)
MANAGE: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN)
DECIDE: Final = allow(Role.PROGRAM_MANAGER, Role.EXECUTIVE, Role.ADMIN)
CLOSE: Final = allow(Role.EXECUTIVE, Role.ADMIN)
CARRY_OUT: Final = allow(Role.PROGRAM_MANAGER, Role.ADMIN, Role.UNIVERSITY, Role.EMPLOYER)
FOLLOW: Final = allow(*SEES_EVERYTHING, Role.UNIVERSITY, Role.EMPLOYER)
