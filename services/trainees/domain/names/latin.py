"""Korean names in Latin letters: spelled in many ways, so compared by what the spellings have in common."""

import re
from typing import Final

from rapidfuzz.fuzz import ratio

_FIRST, _LAST = 0xAC00, 0xD7A3
# Revised Romanisation (국어의 로마자 표기법, 2000), letter by letter.
_INITIALS: Final = "g kk n d tt r m b pp s ss . j jj ch k t p h".split()  # noqa: SIM905 - nineteen in a row
_VOWELS: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()  # noqa: SIM905
_FINALS: Final = ". k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()  # noqa: SIM905
_SURNAMES: Final = {
    "이": "lee yi rhee i ri", "김": "kim gim", "박": "park bak pak", "최": "choi choe", "정": "jung jeong chung cheong",
    "강": "kang gang", "조": "cho jo", "윤": "yoon yun", "장": "jang chang", "임": "lim im rim yim", "오": "oh o",
    "유": "yoo yu you ryu", "류": "ryu ryoo yoo", "노": "noh roh no", "우": "woo wu u", "신": "shin sin", "서": "seo suh",
    "권": "kwon gwon", "안": "ahn an", "전": "jeon jun chun", "고": "ko go koh", "문": "moon mun", "손": "son sohn",
    "배": "bae pae", "백": "baek paik back", "허": "heo huh hur", "심": "shim sim", "구": "koo ku gu", "주": "joo ju",
    "곽": "kwak gwak", "황": "hwang", "송": "song", "홍": "hong", "양": "yang", "남": "nam", "하": "ha", "성": "sung seong",
    "차": "cha", "민": "min", "진": "jin chin", "지": "ji chi", "엄": "eom um", "원": "won",
    "천": "cheon chun", "방": "bang pang",
    "공": "kong gong", "현": "hyun hyeon", "함": "ham", "변": "byun byeon", "염": "yeom yum", "여": "yeo", "추": "choo chu",
    "도": "do", "소": "so", "석": "seok suk", "선": "sun seon", "설": "seol sul", "마": "ma", "길": "gil kil", "연": "yeon yun",
}  # fmt: skip
_ALIKE: Final = (
    ("ee", "i"), ("oo", "u"), ("ou", "u"), ("yeo", "yo"), ("eo", "o"), ("eu", "u"), ("ae", "e"), ("ch", "j"), ("sh", "s"),
    ("ck", "k"), ("g", "k"), ("d", "t"), ("b", "p"), ("r", "l"), ("c", "k"), ("yu", "yo"), ("u", "o"),
)  # fmt: skip
_ALIKE_ENOUGH: Final = 80
_LETTERS: Final = re.compile(r"[^a-z ]+")


def is_hangul(text: str) -> bool:
    """Whether `text` is written in Hangul syllables alone."""
    return bool(text) and all(_FIRST <= ord(character) <= _LAST for character in text)


def is_latin(text: str) -> bool:
    """Whether `text` is written in Latin letters, apart from marks and spaces."""
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and all(character.isascii() for character in letters)


def romanised(hangul: str) -> str:
    """The syllables of `hangul` in Revised Romanisation, without the changes of sound between them."""
    return "".join(_syllable(ord(character) - _FIRST) for character in hangul)


def _syllable(number: int) -> str:
    parts = (_INITIALS[number // 588], _VOWELS[number % 588 // 28], _FINALS[number % 28])
    return "".join(part for part in parts if part != ".")


def may_be_spelled(latin: str, hangul: str) -> bool:
    """Whether a name in Latin letters, surname first or last, may be that one in Hangul, whose first syllable is the surname."""
    words = _LETTERS.sub(" ", latin.casefold().replace("-", "")).split()
    surnames = _SURNAMES.get(hangul[:1], romanised(hangul[:1])).split()
    given = _bones(romanised(hangul[1:]))
    for place in (0, len(words) - 1):
        if len(words) > 1 and words[place] in surnames:
            rest = "".join(words[:place] + words[place + 1 :])
            return bool(given) and ratio(_bones(rest), given) >= _ALIKE_ENOUGH
    return False


def _bones(text: str) -> str:
    """What is left of a spelling when letters that stand for the same sound are one."""
    for spelling, sound in _ALIKE:
        text = text.replace(spelling, sound)
    return text
