"""Whatever matching says to a person, it can say in Korean."""

import ast
import re
from pathlib import Path

import pytest

import services.matching
from shared.i18n import translate
from shared.i18n.catalogue import FOLDER, catalogue, domain

SOURCES = sorted(Path(services.matching.__path__[0]).rglob("*.py"))


def _texts() -> list[str]:
    calls = [
        node
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"
    ]
    return sorted({call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)})  # type: ignore[misc]


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("text", _texts())
def test_a_text_has_its_korean_with_the_same_placeholders(text: str) -> None:
    korean = catalogue("ko").get(text)
    assert korean is not None
    assert _placeholders(korean) == _placeholders(text)
    assert re.search("[가-힣]", korean)


@pytest.mark.unhurried
def test_the_catalogue_holds_nothing_that_is_not_said() -> None:
    assert set(domain(FOLDER / "ko" / "matching.po")) - set(_texts()) == set()


def test_a_rule_explains_itself_in_both_languages() -> None:
    text = "The trainee is on leave."
    assert translate(text, "en") == text
    assert translate(text, "ko") == "교육생이 휴학 중입니다."
