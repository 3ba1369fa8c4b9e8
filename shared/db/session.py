"""Two kinds of session: one that reads, one that may write. Neither commits: only the unit of work does."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

BeforeCommit = Callable[["WriteSession"], None]


class ReadSession(Session):
    """Sees one consistent state and refuses to change it."""

    def commit(self) -> None:
        raise RuntimeError("only the unit of work in shared/db commits")


class WriteSession(ReadSession):
    """One transaction that may write. What was registered with `before_commit` runs last, inside the transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._before_commit: list[BeforeCommit] = []

    def before_commit(self, action: BeforeCommit) -> None:
        """Run `action(session)` just before the transaction commits."""
        self._before_commit.append(action)

    def finish(self) -> None:
        """Flush what is pending and run the registered actions. Called by the unit of work."""
        self.flush()
        for action in self._before_commit:
            action(self)
        self.flush()


@event.listens_for(Session, "before_flush")
def _readers_do_not_write(session: Session, _context: object, _instances: object) -> None:
    if isinstance(session, ReadSession) and not isinstance(session, WriteSession):
        changed = session.new or session.deleted or any(session.is_modified(row) for row in session.dirty)
        if changed:
            raise RuntimeError("a query tried to write")
