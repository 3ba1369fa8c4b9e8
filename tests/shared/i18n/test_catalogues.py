"""Every text that a user may see exists in Korean, with the same placeholders."""

import importlib
import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from shared.errors import IllegalMove, Refused
from shared.i18n import translate
from shared.i18n.catalogue import FOLDER, catalogue, domain

ROOT = FOLDER.parents[1]
DOMAINS = ("shared", "trainees", "employers", "matching", "reporting", "cli")
NO_KEYWORDS: dict[str, None] = {"N_": None}


def source(name: str) -> Path:
    return ROOT / "shared" if name == "shared" else ROOT / "services" / name


@cache
def marked(name: str) -> frozenset[str]:
    """The texts that a part of the product marks for translation."""
    found = extract_from_dir(source(name), method_map=[("**.py", "python")], keywords=NO_KEYWORDS)
    return frozenset(text for _, _, text, _, _ in found if isinstance(text, str))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.unhurried
def test_texts_are_found_at_all() -> None:
    assert len(marked("shared")) > 80


@pytest.mark.unhurried
@pytest.mark.parametrize("name", DOMAINS)
def test_every_text_has_a_korean_translation(name: str) -> None:
    missing = sorted(text for text in marked(name) if text not in catalogue("ko"))
    assert missing == [], f"add these to shared/i18n/ko/{name}.po"


@pytest.mark.parametrize("path", sorted((FOLDER / "ko").glob("*.po")), ids=lambda path: path.stem)
def test_translations_keep_the_placeholders(path: Path) -> None:
    differing = {text: korean for text, korean in domain(path).items() if placeholders(text) != placeholders(korean)}
    assert differing == {}


def test_a_text_is_translated_in_one_way() -> None:
    seen: dict[str, str] = {}
    differing = [
        (path.stem, text)
        for path in sorted((FOLDER / "ko").glob("*.po"))
        for text, korean in domain(path).items()
        if seen.setdefault(text, korean) != korean
    ]
    assert differing == []


def _modules(folder: Path) -> list[str]:
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted(folder.rglob("*.py"))]


def _kinds(of: type[Refused]) -> set[type[Refused]]:
    return {of}.union(*(_kinds(kind) for kind in of.__subclasses__()))


@pytest.mark.unhurried
@pytest.mark.parametrize("name", DOMAINS)
def test_every_refusal_is_marked_for_translation(name: str) -> None:
    for module in _modules(source(name)):
        if "migrations" not in module:
            importlib.import_module(module.removesuffix(".__init__"))
    package = source(name).relative_to(ROOT).as_posix().replace("/", ".")
    ours = [kind for kind in _kinds(Refused) if kind.__module__ == package or kind.__module__.startswith(f"{package}.")]
    texts = {text for kind in ours for text in (kind.title, kind.detail)}
    assert sorted(texts - marked(name) - marked("shared")) == []


def test_placeholders_are_filled_and_words_among_them_translated() -> None:
    text = "There is no such {what}, or you may not see it."
    assert translate(text, "ko", {"what": "resource"}) == "해당 자료 항목이 없거나 볼 수 있는 권한이 없습니다."
    assert translate(text, "en", {"what": "resource"}) == "There is no such resource, or you may not see it."


def test_what_has_no_translation_stays_and_what_has_no_value_too() -> None:
    assert translate("Quite {unknown}", "ko", {"other": 1}) == "Quite {unknown}"
    assert translate("Quite unknown", "ko") == "Quite unknown"


def test_a_state_is_named_as_its_own_life_cycle_names_it() -> None:
    of_trainee = IllegalMove("The enrolment", "completed", "training", legal=frozenset({"withdrawn", "selected"}))
    of_project = IllegalMove("project", "completed", "running", legal=frozenset())
    assert translate(of_trainee.detail, "ko", of_trainee.params) == (
        "참여: 수료에서 교육(으)로 옮길 수 없습니다. 여기에서 가능한 단계: 선발, 지원 취소."
    )
    assert translate(of_project.detail, "ko", of_project.params) == (
        "사업: 완료에서 진행 중(으)로 옮길 수 없습니다. 여기에서 가능한 단계: -."
    )
    assert translate(of_trainee.detail, "en", of_trainee.params).endswith("Allowed from here: selected, withdrawn.")
    assert of_trainee.legal == ["selected", "withdrawn"]
