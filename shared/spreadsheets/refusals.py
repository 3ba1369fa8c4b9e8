"""Why a file as a whole cannot be used. The texts name places in the file, never what stands there."""

from typing import Final

from shared.errors import N_, FieldError, Invalid

MOST_COLUMNS: Final = 64
MOST_ROWS: Final = 50_000
LONGEST_CELL: Final = 1000

MESSAGES: Final = {
    "empty": N_("The file holds nothing."),
    "unknown_encoding": N_("The file is neither UTF-8 nor CP949. In Excel choose 'CSV UTF-8' when saving."),
    "nul": N_("The file holds NUL characters: it is not a text file."),
    "too_many_columns": N_("The file has more than {most} columns."),
    "too_many_rows": N_("The file has more than {most} rows."),
    "cell_too_long": N_("Line {line} has a cell of more than {most} characters."),
    "broken_quoting": N_("Line {line}: quotation marks are broken, or the file was cut off."),
    "truncated": N_("The file was cut off: its last line {line} is incomplete."),
    "old_excel": N_("The file is an old or password-protected Excel file. Save it as .xlsx without a password."),
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
}  # fmt: skip


class BrokenFile(Invalid):
    """The file as a whole cannot be used; nothing of it was."""

    code = "broken_file"
    title = N_("The file cannot be used")
    detail = N_("The file as a whole cannot be used. Nothing was changed.")


def broken(code: str, **params: object) -> BrokenFile:
    """The refusal with this code of MESSAGES."""
    return BrokenFile(FieldError("", code, MESSAGES[code], params))
