"""The life of a roster sync: its states, what it is complete for, what became of rows and of those it no longer names."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared.errors import N_, Conflict, IllegalMove


class SyncState(StrEnum):
    """Where a sync stands."""

    RECEIVED = "received"
    VALIDATING = "validating"
    PREVIEWED = "previewed"
    APPLYING = "applying"
    APPLIED = "applied"
    APPLIED_WITH_HOLDS = "applied_with_holds"
    REJECTED = "rejected"
    FAILED = "failed"
    UNDONE = "undone"


class SyncMode(StrEnum):
    """What a file is: a handful of rows answered at once, what changed, or everybody (absence then means something)."""

    ROWS = "rows"
    DELTA = "delta"
    FULL = "full"


class Outcome(StrEnum):
    """What became of a row of a roster."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REACTIVATED = "reactivated"
    CONFLICTING = "conflicting"
    VANISHED = "vanished"
    REJECTED = "rejected"


class AbsencePolicy(StrEnum):
    """What it means that a full roster no longer names somebody: only marked, the enrolment dropped, or completed."""

    FLAG = "flag"
    DROP = "drop"
    COMPLETE = "complete"


class AbsenceState(StrEnum):
    """What became of an enrolment that a roster no longer names."""

    VANISHES = "vanishes"  # a preview says so
    HELD = "held"
    VANISHED = "vanished"
    SUPERSEDED = "superseded"  # a later sync, or an undo, decided instead


MOVES: Final[Mapping[SyncState, frozenset[SyncState]]] = MappingProxyType(
    {
        SyncState.RECEIVED: frozenset({SyncState.VALIDATING, SyncState.APPLIED, SyncState.PREVIEWED, SyncState.FAILED}),
        SyncState.VALIDATING: frozenset({SyncState.PREVIEWED, SyncState.REJECTED, SyncState.FAILED}),
        SyncState.PREVIEWED: frozenset({SyncState.APPLYING, SyncState.REJECTED}),
        SyncState.APPLYING: frozenset(
            {SyncState.APPLIED, SyncState.APPLIED_WITH_HOLDS, SyncState.REJECTED, SyncState.FAILED}
        ),
        SyncState.APPLIED: frozenset({SyncState.UNDONE}),
        SyncState.APPLIED_WITH_HOLDS: frozenset({SyncState.APPLIED, SyncState.UNDONE}),
        SyncState.REJECTED: frozenset(),
        SyncState.FAILED: frozenset(),
        SyncState.UNDONE: frozenset(),
    }
)  # fmt: skip
RUNNING: Final = frozenset({SyncState.RECEIVED, SyncState.VALIDATING, SyncState.APPLYING})
BROUGHT_IN: Final = frozenset({SyncState.APPLIED, SyncState.APPLIED_WITH_HOLDS})
UNDO_DAYS: Final = 30
PREVIEW_HOURS: Final = 24


def move_sync(current: SyncState, target: SyncState) -> SyncState:
    """Return `target`, or refuse with IllegalMove. The only way a sync's state may change."""
    if target not in MOVES[current]:
        raise IllegalMove(N_("The roster sync"), current, target, legal=frozenset(map(str, MOVES[current])))
    return target


class SyncRunning(Conflict):
    """Another sync of the same cohorts is on its way; `Link` leads to it."""

    code = "sync_running"
    title = N_("A sync is running")
    detail = N_("Another roster of these cohorts is being brought in. The Link header leads to it.")


class StalePreview(Conflict):
    """What the preview said is no longer what would happen."""

    code = "stale_preview"
    title = N_("The preview is out of date")
    detail = N_("Something changed since the preview was made. Send the file again and look at the new preview.")


class OnlyLookedAt(Conflict):
    code = "dry_run"
    title = N_("Only a dry run")
    detail = N_("The file was sent as a dry run: it cannot be brought in. Send it again without that.")


class MoreWouldVanish(Conflict):
    """More would vanish than was approved: all of it is held again."""

    code = "more_would_vanish"
    title = N_("More would vanish than was approved")
    detail = N_("By now {count} would vanish, more than the {ceiling} that were approved. They are held again.")


class NothingHeld(Conflict):
    code = "nothing_held"
    title = N_("Nothing is held")
    detail = N_("No removal of this sync waits for approval.")


class NotTheLatest(Conflict):
    """A later sync of the same cohorts was brought in, and builds on this one."""

    code = "not_the_latest"
    title = N_("Not the latest sync")
    detail = N_("A later roster of the same cohorts was brought in. Undo that one first.")


class TooLateToUndo(Conflict):
    code = "too_late_to_undo"
    title = N_("Too late to undo")
    detail = N_("A sync can be undone for {days} days.")
