"""Why a roster file as a whole cannot be used. The texts name places in the file, never what stands there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from shared.errors import N_, FieldError
from shared.spreadsheets.refusals import LONGEST_CELL, MESSAGES, MOST_COLUMNS, MOST_ROWS, BrokenFile

__all__ = ["FILE_MESSAGES", "LONGEST_CELL", "MOST_COLUMNS", "MOST_ROWS", "BrokenRoster", "as_roster", "broken"]

FILE_MESSAGES: Final = {
    **MESSAGES,
    "missing_column": N_("The first line has no column {column}."),
    "duplicate_column": N_("The column {column} occurs more than once."),
    "too_many_for_rows": N_("This way takes {most} rows at most. Send a larger file with mode=delta or mode=full."),
    "too_large_for_rows": N_("This way takes {most} MB at most. Send a larger file with mode=delta or mode=full."),
    "resident_number": N_("The first line holds a resident registration number."),
    "needs_background": N_("Files of this format are taken with mode=delta or mode=full only."),
    "json_broken": N_("The file is not JSON, or was cut off."),
    "json_shape": N_("The JSON must be a list of objects, or an object whose `rows` is one."),
    "unknown_archive": N_("The archive is neither a workbook nor a OneRoster package."),
    "oneroster_manifest": N_("The manifest of the OneRoster package is not one of version 1.2, or repeats a property."),
    "oneroster_file": N_("The OneRoster package and its manifest differ about {file}."),
    "oneroster_columns": N_("The first line of {file} is not that of OneRoster 1.2."),
    "oneroster_status": N_("{file}, line {line}: status and dateLastModified do not fit the manifest's bulk or delta."),
    "oneroster_reference": N_("{file}, line {line}: refers to something that is not in the package."),
    "oneroster_duplicate": N_("{file}, line {line}: this sourcedId occurs twice, or is none."),
    "oneroster_organisation": N_("The OneRoster package is another organisation's: its school has another identifier."),
    "oneroster_mode": N_("The package holds what changed, and was sent as complete. Send it with mode=delta."),
    "stale_preview": N_("Something changed since the preview was made. Send the file again and look at the new preview."),
    "expired": N_("Nobody carried it out within {hours} hours. Send the file again."),
    "unreadable_in_time": N_("The file could not be read within the limits of time and memory."),
    "wrong_roster": N_("Hardly anybody in the file is known here, and most are elsewhere: it is another roster."),
    "nothing_sent": N_("What was sent is gone. Send it again."),
}  # fmt: skip


class BrokenRoster(BrokenFile):
    """The file as a whole cannot be used; nothing of it was."""

    code = "broken_roster"


def broken(code: str, **params: object) -> BrokenRoster:
    """The refusal with this code of FILE_MESSAGES."""
    return BrokenRoster(FieldError("", code, FILE_MESSAGES[code], params))


@contextmanager
def as_roster() -> Iterator[None]:
    """What is wrong with any file is wrong with a roster: raises BrokenRoster for BrokenFile."""
    try:
        yield
    except BrokenRoster:
        raise
    except BrokenFile as error:
        raise BrokenRoster(*error.errors) from None
