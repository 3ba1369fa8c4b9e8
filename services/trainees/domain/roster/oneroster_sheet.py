"""A OneRoster package as a roster: its students' enrollments, each with its user and the code of its class."""

from collections.abc import Iterator, Mapping
from typing import Final

from services.trainees.domain.roster.formats import RosterFormat
from services.trainees.domain.roster.oneroster import APPLIED_ON, BIRTH_DATE, FULL_NAME, Manner, Table, manifest
from services.trainees.domain.roster.refusals import broken
from shared.spreadsheets.archive import Archive
from shared.spreadsheets.sheets import Line, Sheet, limited

_HEADER: Final = ("student_no", "name", "birth_date", "phone", "email", "gender", "applied_on", "cohort", "source", "status")
_NEEDED: Final = ("enrollments",)
_TOLD_OF_A_PERSON: Final = ("birthDate", "sex")  # all that is looked at of the demographics: the rest is none of our business
_NO_SEX: Final = "unspecified"
Rows = dict[str, dict[str, str]]


def oneroster_sheet(archive: Archive, *, organisation: str | None = None) -> Sheet:
    """Take a package apart. `organisation` is the code that its school must have, where it has one.

    Files that say nothing about who is enrolled are looked at by their manifest only. Raises BrokenRoster.
    """
    manners = manifest(archive)
    for name in _NEEDED:
        if manners[name] is Manner.ABSENT:
            raise broken("oneroster_file", file=f"{name}.csv")
    manner = manners["enrollments"]
    tables = {name: _read(archive, name, manners[name]) for name in ("users", "classes", "orgs")}
    tables["demographics"] = _demographics(archive, manners["demographics"])
    _check_organisation(tables["orgs"], organisation)
    enrolled = Table(archive, "enrollments", manner)
    whole = manner is Manner.BULK
    return Sheet(RosterFormat.ONEROSTER, _HEADER, limited(_lines(enrolled, tables, whole=whole)), delta=not whole)


def _read(archive: Archive, name: str, manner: Manner) -> Rows:
    if manner is Manner.ABSENT:
        return {}
    return {row["sourcedId"]: row for _, row in Table(archive, name, manner).rows()}


def _demographics(archive: Archive, manner: Manner) -> Rows:
    """By user, of what is said of them now, those few columns that rosters know."""
    told = _read(archive, "demographics", manner)
    return {
        sourced: {column: row[column] for column in _TOLD_OF_A_PERSON}
        for sourced, row in told.items()
        if row["status"] != "tobedeleted"
    }


def _check_organisation(orgs: Rows, organisation: str | None) -> None:
    schools = [row["identifier"] for row in orgs.values() if row["type"] == "school" and row["identifier"]]
    if organisation is not None and schools and organisation not in schools:
        raise broken("oneroster_organisation")


def _lines(enrolled: Table, tables: Mapping[str, Rows], *, whole: bool) -> Iterator[Line]:
    for number, row in enrolled.rows():
        if row["role"] != "student":
            continue
        user = tables["users"].get(row["userSourcedId"])
        class_ = tables["classes"].get(row["classSourcedId"])
        if whole and (user is None or class_ is None):
            raise broken("oneroster_reference", file=enrolled.file, line=number)
        cohort = class_["classCode"] if class_ is not None else ""
        is_gone = row["status"] == "tobedeleted" or (user or {}).get("status") == "tobedeleted"
        if user is None:
            if not is_gone:
                raise broken("oneroster_reference", file=enrolled.file, line=number)
            yield Line(number, ["", "", "", "", "", "", "", cohort, row["sourcedId"], "tobedeleted"])
            continue
        applied_on = row.get(APPLIED_ON, "")
        person = _person(user, tables["demographics"].get(row["userSourcedId"], {}))
        yield Line(number, [*person, applied_on, cohort, row["sourcedId"], "tobedeleted" if is_gone else ""])


def _person(user: Mapping[str, str], told: Mapping[str, str]) -> list[str]:
    name = user.get(FULL_NAME) or _name(user["familyName"], user["givenName"])
    born = user.get(BIRTH_DATE) or told.get("birthDate", "")
    sex = told.get("sex", "")
    return [
        user["identifier"],
        name,
        born,
        user["phone"] or user["sms"],
        user["email"],
        "" if sex == _NO_SEX else sex,
    ]


def _name(family: str, given: str) -> str:
    """A whole name: written together in Korean, given name first elsewhere."""
    if not (family and given):
        return family or given
    is_korean = all("\uac00" <= character <= "\ud7a3" or "\u1100" <= character <= "\u11ff" for character in family + given)
    return family + given if is_korean else f"{given} {family}"
