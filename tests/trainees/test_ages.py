"""Age bands: what of a birth date leaves the service."""

from datetime import date

import pytest

from services.trainees.domain.ages import age_band


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2002, 3, 1), "under_25"),
        (date(2001, 3, 2), "under_25"),
        (date(2001, 3, 1), "25_29"),
        (date(1996, 3, 2), "25_29"),
        (date(1996, 3, 1), "30_34"),
        (date(1991, 3, 1), "35_and_over"),
        (date(1996, 2, 29), "30_34"),
    ],
)
def test_a_birthday_counts_from_its_own_day_on(born: date, band: str) -> None:
    assert age_band(born, on=date(2026, 3, 1)) == band
