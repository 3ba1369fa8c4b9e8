"""The file of skills: what cannot be used is refused with its place, and what is typed is understood."""

import pytest

from shared.skills import taxonomy
from shared.skills.taxonomy import Kind, Taxonomy, TaxonomyFault, read

COLUMNS = "code\tkind\tfields\tncs\tesco\tname_ko\tname_en\tsynonyms"


def line(code: str, korean: str, english: str, *, kind: str = "skill", synonyms: str = "") -> str:
    return f"{code}\t{kind}\t\t\t\t{korean}\t{english}\t{synonyms}"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "the columns must be code"),
        (["code\tname"], "the columns must be code"),
        ([COLUMNS, "a\tskill"], "line 2 has 2 columns, not 8"),
        (
            [COLUMNS, "# a remark", line("a", "가", "A", kind="talent")],
            "line 3: the kind must be one of skill, language, licence",
        ),
        ([COLUMNS, line("a", "가", "Same"), line("b", "나", "S a m e")], "b and a are called the same"),
        ([COLUMNS, line("a", "", "A")], "one has an empty name"),
        ([COLUMNS, line("a", "가", "A"), line("a", "나", "B")], "a code occurs twice"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(lines: list[str], said: str) -> None:
    with pytest.raises(TaxonomyFault, match=said):
        read("\n".join(lines))


def test_what_is_being_typed_is_understood_from_its_beginning_its_middle_and_with_a_slip() -> None:
    known = Taxonomy(read("\n".join([COLUMNS, line("ros2", "로봇 운영체제", "Robot OS"), line("welding", "용접", "Welding")])))
    for typed in ("robot", "ot o", "용", "weldng"):
        assert known.suggest(typed), typed
    assert [each.code for each in known.suggest("운영체제")] == ["ros2"]
    assert known.suggest("  ") == []
    assert known.suggest("용접", kinds=[Kind.LICENCE]) == []


def test_a_retired_skill_is_known_by_its_code_and_offered_to_nobody() -> None:
    (skill,) = read("\n".join([COLUMNS, line("old", "옛 기술", "Old skill")]))
    retired = taxonomy.Skill(skill.code, skill.kind, skill.name_ko, skill.name_en, retired=True)
    known = Taxonomy([skill, retired])
    assert (known.get("old"), known.find("old"), known.suggest("옛")) == (retired, None, [])
