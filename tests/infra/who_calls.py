"""Who calls: the sets of roles that the table of operations names."""

from shared.auth.actor import Role

NOBODY_IN_PARTICULAR = None  # public: with or without a token
EVERY = frozenset(Role)
MANAGERS = frozenset({Role.PROGRAM_MANAGER, Role.ADMIN})
OVERSIGHT = MANAGERS | {Role.EXECUTIVE, Role.AUDITOR}
AUDITORS = frozenset({Role.AUDITOR, Role.ADMIN})
SCHOOLS = MANAGERS | {Role.UNIVERSITY}
COMPANIES = MANAGERS | {Role.EMPLOYER}
WATCHERS_OF_SCHOOLS = OVERSIGHT | {Role.UNIVERSITY}
WATCHERS_OF_COMPANIES = OVERSIGHT | {Role.EMPLOYER}

Callers = frozenset[Role] | None
