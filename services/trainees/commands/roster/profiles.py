"""How a university's rosters are read and what they mean: set as a whole, effective with the next file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.trainees.domain.roster.columns import FIELDS, plain_name
from services.trainees.queries.roster.scopes import profile_of
from services.trainees.queries.scope import visible
from services.trainees.tables import RosterProfile, University
from shared.auth.actor import Actor
from shared.clock import now
from shared.db import WriteSession
from shared.errors import N_, FieldError, Invalid
from shared.versions import check_version


def set_profile(
    session: WriteSession, university_id: UUID, *, changes: Mapping[str, Any], by: Actor, expected_version: int | None = None
) -> RosterProfile:
    """Change what is given. Raises NotFound, Stale, and Invalid for names that say two things or nothing."""
    visible(session, University, university_id, actor=by)
    profile = profile_of(session, university_id)
    check_version(profile, expected_version)
    _check_names(changes.get("names", {}))
    for name, value in changes.items():
        setattr(profile, name, value)
    profile.version += 1
    profile.changed_at = now()
    session.add(profile)
    session.flush()
    return profile


def _check_names(names: Mapping[str, str]) -> None:
    plain = [plain_name(name) for name in names]
    problems = []
    if any(not name for name in plain) or len(set(plain)) < len(plain):
        message = N_("Two of these names are the same, or one has neither letters nor digits.")
        problems.append(FieldError("/names", "names_unclear", message))
    if any(field not in FIELDS for field in names.values()):
        problems.append(FieldError("/names", "unknown_field", N_("A name leads to something that no roster column is.")))
    if problems:
        raise Invalid(*problems)
