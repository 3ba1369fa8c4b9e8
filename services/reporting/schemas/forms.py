"""Texts of a fixed form: what is allowed is said where one does not have it."""

import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from services.reporting.domain.observing import MONTH_FORM, PERIOD_FORM
from shared.errors import N_
from shared.http.validation import wrong

LINK_FORM: Final = r"^https?://[^\s<>\"]+$"


def _of(form: str, message: str) -> BeforeValidator:
    def checked(value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(form, value) is None:
            raise wrong("wrong_form", message)
        return value

    found: Callable[[Any], Any] = checked
    return BeforeValidator(found)


IS_PERIOD: Final = _of(PERIOD_FORM, N_("Must be a year, a quarter or a month, such as 2026, 2026-Q3 or 2026-09."))
Period = Annotated[str, Field(pattern=PERIOD_FORM, description="2026, 2026-Q3 or 2026-09"), IS_PERIOD]
Month = Annotated[str, Field(pattern=MONTH_FORM, description="YYYY-MM"), _of(MONTH_FORM, N_("Must be a month such as 2026-09."))]
Link = Annotated[
    str,
    Field(pattern=LINK_FORM, max_length=2000),
    _of(LINK_FORM, N_("Must be an address that begins with https:// or http://.")),
]
