"""OneRoster 1.2 CSV packages: the tables and headers of the binding, and what the manifest says of them."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from services.trainees.domain.roster.refusals import broken
from shared.spreadsheets.archive import Archive
from shared.spreadsheets.csv_sheet import csv_sheet, decoded

# 1EdTech OneRoster 1.2, CSV binding 1.2.1: headers, in this order.
_FIRST_LINES: Final = {
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
    "termSourcedIds,subjects,subjectCodes,periods",
    "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,"
    "sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,"
    "preferredFamilyName,primaryOrgSourcedId,pronouns",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,"
    "endDate",
    "demographics": "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,blackOrAfricanAmerican,"
    "nativeHawaiianOrOtherPacificIslander,white,demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,"
    "stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
}
HEADERS: Final[Mapping[str, tuple[str, ...]]] = {name: tuple(line.split(",")) for name, line in _FIRST_LINES.items()}
FILES: Final = (
    "academicSessions", "categories", "classes", "classResources", "courseResources", "courses", "demographics", "enrollments",
    "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources", "resultLearningObjectiveIds",
    "results", "resultScoreScales", "roles", "scoreScales", "userProfiles", "userResources", "users",
)  # fmt: skip
FULL_NAME: Final = "metadata.kr.fullName"
BIRTH_DATE: Final = "metadata.kr.birthDate"
APPLIED_ON: Final = "metadata.kr.appliedOn"
GUID: Final = re.compile(r"[0-9A-Za-z./@_-]{1,255}")
_KNOWN: Final = frozenset(
    {"manifest.version", "oneroster.version", "source.systemName", "source.systemCode"} | {f"file.{name}" for name in FILES}
)
_LATE_COLUMN: Final = "resourceSourcedIds"  # users.csv of 1.2.0 had it and some exporters still write it


class Manner(StrEnum):
    """How a file of a package is meant."""

    ABSENT = "absent"
    BULK = "bulk"
    DELTA = "delta"


def manifest(archive: Archive) -> dict[str, Manner]:
    """How each of the 21 files is meant. Raises BrokenRoster for a manifest that is wrong or that the package belies."""
    said: dict[str, str] = {}
    rows = csv.reader(io.StringIO(decoded(archive.read("manifest.csv")), newline=None), strict=True)
    try:
        lines = [row for row in rows if any(row)]
    except csv.Error:
        raise broken("oneroster_manifest") from None
    if not lines or lines[0] != ["propertyName", "value"]:
        raise broken("oneroster_manifest")
    for row in lines[1:]:
        if len(row) != 2 or row[0] in said or row[0] not in _KNOWN:
            raise broken("oneroster_manifest")
        said[row[0]] = row[1].strip()
    if said.get("manifest.version") != "1.0" or said.get("oneroster.version") != "1.2":
        raise broken("oneroster_manifest")
    manners = {}
    for name in FILES:
        value = said.get(f"file.{name}", "")
        if value not in set(Manner) or (value != Manner.ABSENT) != archive.has(f"{name}.csv"):
            raise broken("oneroster_file", file=f"{name}.csv")
        manners[name] = Manner(value)
    return manners


class Table:
    """One file of a package, row by row as dictionaries. Raises BrokenRoster."""

    def __init__(self, archive: Archive, name: str, manner: Manner) -> None:
        self.file = f"{name}.csv"
        self._manner = manner
        sheet = csv_sheet(archive.read(self.file))
        self._header = _checked_header(name, sheet.header)
        self._lines = sheet.lines

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        seen: set[str] = set()
        for line in self._lines:
            if len(line.cells) != len(self._header):
                raise broken("oneroster_columns", file=self.file)
            row = dict(zip(self._header, line.cells, strict=True))
            sourced = row["sourcedId"]
            if sourced in seen or not GUID.fullmatch(sourced):
                raise broken("oneroster_duplicate", file=self.file, line=line.number)
            seen.add(sourced)
            self._check_status(row, line.number)
            yield line.number, row

    def _check_status(self, row: Mapping[str, str], line: int) -> None:
        given = (row["status"], row["dateLastModified"])
        fits = given == ("", "") if self._manner is Manner.BULK else given[0] in {"active", "tobedeleted"} and bool(given[1])
        if not fits:
            raise broken("oneroster_status", file=self.file, line=line)


def _checked_header(name: str, header: Sequence[str]) -> list[str]:
    standard = [column for column in header if not column.startswith("metadata.")]
    if name == "users" and _LATE_COLUMN in standard:
        standard.remove(_LATE_COLUMN)
    in_order = header[: len(standard)] == standard or name == "users"
    if tuple(standard) != HEADERS[name] or not in_order or len(set(header)) < len(header):
        raise broken("oneroster_columns", file=f"{name}.csv")
    return list(header)
