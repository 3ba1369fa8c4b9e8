"""Which language a reader gets."""

import pytest

from shared.i18n import negotiate


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ko"),
        ("", "ko"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("ko", "ko"),
        ("en,ko", "en"),
        ("ko,en", "ko"),
        ("en;q=0.5, ko;q=0.6", "ko"),
        ("en;q=0.8, *;q=0.1", "en"),
        ("ko;q=0, *;q=0.5", "en"),
        ("ja, en;q=0.3", "en"),
        ("ja", "ko"),
        ("*", "ko"),
        ("en;q=0", "ko"),
        ("en;q=nonsense", "ko"),
        ("en;level=1", "en"),
        (";;;,,,=q", "ko"),
        ("x" * 100_000, "ko"),
    ],
)
def test_the_best_of_our_languages_is_chosen(header: str | None, language: str) -> None:
    assert negotiate(header) == language
