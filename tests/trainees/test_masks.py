"""What is left of personal data in a list."""

import pytest

from services.trainees.domain.masks import masked_email, masked_name, masked_phone


@pytest.mark.parametrize(
    ("name", "mask"), [("김하늘", "김*늘"), ("김하", "김*"), ("김", "*"), ("남궁하늘", "남**늘"), ("Kim Ha", "K****a")]
)
def test_a_name_keeps_its_ends(name: str, mask: str) -> None:
    assert masked_name(name) == mask


@pytest.mark.parametrize(
    ("phone", "mask"),
    [
        ("+821012345678", "010-****-5678"),
        ("+82112345678", "011-***-5678"),
        ("+82531234567", "053-***-4567"),
        ("+8215881234", "****-1234"),
        ("+12125550123", "****-0123"),
    ],
)
def test_a_telephone_number_keeps_its_end(phone: str, mask: str) -> None:
    assert masked_phone(phone) == mask


def test_an_e_mail_address_keeps_its_domain() -> None:
    assert masked_email("haneul@example.kr") == "ha***@example.kr"
    assert masked_email("a@example.kr") == "***@example.kr"
