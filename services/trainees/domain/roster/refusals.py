"""Why a roster file as a whole cannot be used. The texts name places in the file, never what stands there."""

from typing import Final

from shared.errors import N_, FieldError, Invalid

MOST_COLUMNS: Final = 64
MOST_ROWS: Final = 50_000
LONGEST_CELL: Final = 1000

FILE_MESSAGES: Final = {
    "empty": N_("The file holds nothing."),
    "unknown_encoding": N_("The file is neither UTF-8 nor CP949. In Excel choose 'CSV UTF-8' when saving."),
    "nul": N_("The file holds NUL characters: it is not a text file."),
    "missing_column": N_("The first line has no column {column}."),
    "duplicate_column": N_("The column {column} occurs more than once."),
    "too_many_columns": N_("The file has more than {most} columns."),
    "too_many_rows": N_("The file has more than {most} rows."),
    "too_many_for_rows": N_("This way takes {most} rows at most. Send a larger file with mode=delta or mode=full."),
    "cell_too_long": N_("Line {line} has a cell of more than {most} characters."),
    "broken_quoting": N_("Line {line}: quotation marks are broken, or the file was cut off."),
    "truncated": N_("The file was cut off: its last line {line} is incomplete."),
    "resident_number": N_("The first line holds a resident registration number."),
    "old_excel": N_("The file is an old or password-protected Excel file. Save it as .xlsx without a password."),
    "needs_background": N_("Files of this format are taken with mode=delta or mode=full only."),
    "zip_broken": N_("The archive is damaged or was cut off."),
    "zip_encrypted": N_("The archive is encrypted."),
    "zip_entries": N_("The archive holds more than {most} files."),
    "zip_too_large": N_("The archive unpacks to more than {most} bytes."),
    "zip_ratio": N_("The archive unpacks to more than {most} times its size."),
    "zip_name": N_("The archive holds a file whose name leads out of it, or two of the same name."),
    "zip_nested": N_("The archive holds another archive."),
    "macros": N_("The workbook holds macros."),
    "external_links": N_("The workbook refers to other files."),
    "doctype": N_("The file holds a document type definition, which no roster needs."),
    "xml_broken": N_("The workbook is damaged."),
    "no_sheet": N_("The workbook has no sheet."),
    "dates_1904": N_("The workbook counts its days from 1904. Save it with days from 1900."),
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
    "unreadable_in_time": N_("The file could not be read within the limits of time and memory."),
    "wrong_roster": N_("Hardly anybody in the file is known here, and most are elsewhere: it is another roster."),
    "nothing_sent": N_("What was sent is gone. Send it again."),
}  # fmt: skip


class BrokenRoster(Invalid):
    """The file as a whole cannot be used; nothing of it was."""

    code = "broken_roster"
    title = N_("The file cannot be used")
    detail = N_("The file as a whole cannot be used. Nothing was changed.")


def broken(code: str, **params: object) -> BrokenRoster:
    """The refusal with this code of FILE_MESSAGES."""
    return BrokenRoster(FieldError("", code, FILE_MESSAGES[code], params))
