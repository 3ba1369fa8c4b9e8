"""Which column of a file is which of ours: by a university's own names for them, and by those that everybody uses."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from services.trainees.domain.roster.refusals import FILE_MESSAGES, BrokenRoster, broken
from shared.errors import FieldError
from shared.personal_data import looks_like_resident_number

REQUIRED: Final = ("student_no", "name", "birth_date", "phone")
OPTIONAL: Final = ("email", "applied_on", "cohort", "status", "source", "gender")
FIELDS: Final = (*REQUIRED, *OPTIONAL)

_SYNONYMS: Final[Mapping[str, str]] = {
    spelling: column
    for column, spellings in {
        "student_no": ("studentno", "studentnumber", "학번", "학생번호", "교육생번호"),
        "name": ("name", "성명", "이름", "학생명", "교육생명"),
        "birth_date": ("birthdate", "dateofbirth", "생년월일", "출생일"),
        "phone": ("phone", "phonenumber", "연락처", "전화번호", "휴대폰", "휴대폰번호", "휴대전화", "휴대전화번호", "핸드폰"),
        "email": ("email", "emailaddress", "이메일", "전자우편", "메일"),
        "applied_on": ("appliedon", "지원일", "지원일자", "신청일"),
        "cohort": ("cohort", "cohortcode", "기수", "과정기수"),
        "status": ("status", "학적상태", "학적"),
        "gender": ("gender", "sex", "성별"),
        "source": ("source", "sourcedid", "원본키"),
    }.items()
    for spelling in spellings
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """How a university's files are read: its own names of columns, and the width to which student numbers are filled up.

    `names` leads from a column's name, written as `plain_name` does, to one of FIELDS.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    number_width: int | None = None


def places(header: Sequence[str], mapped: Mapped) -> dict[str, int]:
    """The place of every column that we know. Raises BrokenRoster for a header that leaves doubts."""
    if any(looks_like_resident_number(cell) for cell in header):
        raise broken("resident_number")
    names = [plain_name(cell) for cell in header]
    known = [mapped.names.get(name) or _SYNONYMS.get(name) for name in names]
    repeated = sorted({column for column in known if column and known.count(column) > 1})
    if repeated:
        raise _about_columns("duplicate_column", repeated)
    missing = [column for column in REQUIRED if column not in known]
    if missing:
        raise _about_columns("missing_column", missing)
    strangers = [name for name, column in zip(names, known, strict=True) if name and column is None]
    if len(set(strangers)) < len(strangers):
        place = next(index for index, name in enumerate(names, 1) if name and names.count(name) > 1)
        raise broken("duplicate_column", column=place)
    return {column: index for index, column in enumerate(known) if column}


def _about_columns(code: str, columns: Sequence[str]) -> BrokenRoster:
    return BrokenRoster(*[FieldError("", code, FILE_MESSAGES[code], {"column": column}) for column in columns])


def plain_name(cell: str) -> str:
    """A column's name without what differs between spellings: width, composition, case, spaces, punctuation."""
    folded = unicodedata.normalize("NFKC", cell).casefold()
    return "".join(character for character in folded if character.isalnum())
