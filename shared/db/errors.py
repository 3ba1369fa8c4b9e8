"""Which database faults pass by themselves, which mean a full disk, and which leave the outcome unknown."""

import sqlite3
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.errors import N_, Unavailable

_ABORTED: Final = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
_AWAY: Final = {"57P01", "57P02", "57P03", "53300", "25P03"}  # shutdown, crash, starting up, too many clients, idle
_DISK_FULL: Final = {"53100", "53200"}
_SQLITE_PASSING: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DUPLICATE: Final = "23505"
_SQLITE_DUPLICATE: Final = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


class OutcomeUnknown(Unavailable):
    """The connection broke while committing: the change may or may not be stored."""

    code = "outcome_unknown"
    title = N_("It is not known whether this was stored")
    detail = N_("The connection to the database broke while storing. Repeat with the same Idempotency-Key.")


class BehindLog(Unavailable):
    """The database was restored and lacks facts that the log has of it; an operator decides (shared/events/behind.py)."""

    code = "behind_log"
    title = N_("The database is behind the log")
    detail = N_(
        "This database was restored from a backup and lacks what it had told before. Nothing can be changed until an operator"
        " has decided: hustar recover."
    )

    def __init__(self) -> None:
        super().__init__(retry_after=60)


def _origin(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def was_aborted(error: BaseException) -> bool:
    """The database gave this transaction up for certain: nothing of it is stored and it may be repeated at once."""
    origin = _origin(error)
    if isinstance(origin, psycopg.Error):
        return origin.sqlstate in _ABORTED
    return isinstance(origin, sqlite3.OperationalError) and (origin.sqlite_errorcode & 0xFF) in _SQLITE_PASSING


def is_away(error: BaseException) -> bool:
    """The database cannot be reached just now: no connection, a lost one, a pool with none to give, a restart."""
    if isinstance(error, PoolTimeout):
        return True
    origin = _origin(error)
    if not isinstance(origin, psycopg.Error):
        return False
    if origin.sqlstate is None:
        return isinstance(origin, psycopg.OperationalError)
    return origin.sqlstate in _AWAY or origin.sqlstate.startswith("08")


def is_transient(error: BaseException) -> bool:
    """Worth another try: the fault says nothing about the content."""
    return was_aborted(error) or is_away(error) or is_full(error) or isinstance(error, BehindLog)


def is_full(error: BaseException) -> bool:
    """There is no room left to write, or writing failed in the storage itself; the transaction is rolled back."""
    origin = _origin(error)
    if isinstance(origin, psycopg.Error):
        return origin.sqlstate in _DISK_FULL
    if isinstance(origin, sqlite3.OperationalError):
        return (getattr(origin, "sqlite_errorcode", 0) & 0xFF) in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
    return False


def is_duplicate(error: BaseException) -> bool:
    """Something with the same key is stored already, perhaps since a moment ago."""
    origin = _origin(error)
    if isinstance(origin, psycopg.Error):
        return origin.sqlstate == _DUPLICATE
    return isinstance(origin, sqlite3.IntegrityError) and origin.sqlite_errorcode in _SQLITE_DUPLICATE
