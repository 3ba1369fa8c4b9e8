"""What a roster may come as."""

from enum import StrEnum

from shared.spreadsheets import sheets


class RosterFormat(StrEnum):
    """What a roster came as, told by its content."""

    CSV = sheets.CSV
    XLSX = sheets.XLSX
    JSON = "json"
    ONEROSTER = "oneroster"
