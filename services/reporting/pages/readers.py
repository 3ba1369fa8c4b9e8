"""Who looks at a page, and which pages there are for them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from services.reporting.commands import touch_page_session
from services.reporting.pages.passing import SHARED, Passed
from services.reporting.pages.visitors import csrf_of, digest_of, session_token
from services.reporting.queries.entitlement import SEES_EVERYTHING, SEES_WHO
from services.reporting.queries.sign_in import seen_a_while_ago
from shared.auth.actor import Actor, Role
from shared.auth.issuer.clients import ROLE_NAMES
from shared.db import ReadSession
from shared.db.errors import is_full, is_transient
from shared.errors import N_, Unavailable
from shared.settings import Environment, Settings

_DEMO: Final = Actor(subject="executive", roles=frozenset({Role.EXECUTIVE}))
EVERYBODY: Final = tuple(Role)
NOTES: Final = (Role.PROGRAM_MANAGER, Role.ADMIN)
ORGANISATIONS: Final = (Role.UNIVERSITY, Role.EMPLOYER)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the page. `demo` when nobody signed in and it opened by itself, `passed` when it was opened by a link."""

    actor: Actor
    demo: bool
    role: str
    csrf: str | None
    passed: Passed | None = None

    @property
    def staff(self) -> bool:
        """Whether they may see who is behind a number, and cells of any size."""
        return self.actor.has(*SEES_WHO)

    @property
    def sees_everything(self) -> bool:
        """Whether they see the figures of all organisations."""
        return self.actor.has(*SEES_EVERYTHING)

    @property
    def notes(self) -> bool:
        """Whether they write notes on days, in a session of their own."""
        return self.csrf is not None and self.actor.has(*NOTES)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation."""

    path: str
    name: str
    seen_by: Collection[Role]


# In the order of the navigation. One whose page there is not (yet) is left out.
_ENTRIES: Final = (
    Entry("/", N_("Overview"), SEES_EVERYTHING),
    Entry("/goals", N_("Goals"), SEES_EVERYTHING),
    Entry("/indicators", N_("Indicators"), EVERYBODY),
    Entry("/cohorts", N_("Cohorts"), (*SEES_EVERYTHING, Role.UNIVERSITY)),
    Entry("/universities", N_("Universities"), (*SEES_EVERYTHING, Role.UNIVERSITY)),
    Entry("/companies", N_("Companies"), (*SEES_EVERYTHING, Role.EMPLOYER)),
    Entry("/matching", N_("Matching"), SEES_EVERYTHING),
    Entry("/data", N_("Data"), SEES_EVERYTHING),
    Entry("/reports", N_("Reports"), SEES_EVERYTHING),
)


def entries(reader: Reader, there: Collection[str]) -> list[Entry]:
    """The pages among those that are there which a reader may see. Who has a link sees the one page that it is to."""
    if reader.passed is not None:
        return []
    return [entry for entry in _ENTRIES if entry.path in there and reader.actor.has(*entry.seen_by)]


def reader_of(request: Request, visitor: Actor | None) -> Reader | None:
    """Who asks; in the demo somebody who has not signed in reads as an executive."""
    settings: Settings = request.app.state.settings
    passed: Passed | None = request.scope.get(SHARED)
    if passed is not None:
        return Reader(passed.actor, demo=False, role="", csrf=None, passed=passed)
    if visitor is not None:
        token = session_token(request.cookies, settings)
        return Reader(visitor, demo=False, role=_role(visitor), csrf=token and csrf_of(token, settings))
    if settings.demo and settings.environment is Environment.DEVELOPMENT:
        return Reader(_DEMO, demo=True, role=_role(_DEMO), csrf=None)
    return None


def note_use(request: Request, session: ReadSession) -> None:
    """Keep the session alive. That it cannot be stored just now is no reason to show nothing."""
    token = session_token(request.cookies, request.app.state.settings)
    if token is None or not seen_a_while_ago(session, digest_of(token)):
        return
    try:
        request.app.state.db.run(lambda writing: touch_page_session(writing, digest_of(token)), idempotent=True, patience=0.2)
    except Exception as error:
        if not (isinstance(error, Unavailable) or is_full(error) or is_transient(error)):
            raise


def _role(actor: Actor) -> str:
    return next((name for role, name in ROLE_NAMES.items() if actor.has(role)), "")
