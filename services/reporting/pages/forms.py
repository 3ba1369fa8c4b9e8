"""Forms of pages: whose they are, what was wrong with them, and where they lead back to."""

import re
import secrets
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request

from services.reporting.pages.formatting import Format
from services.reporting.pages.readers import Reader, reader_of
from services.reporting.pages.sign_in import ForeignForm
from shared.auth.actor import Actor
from shared.errors import Forbidden, Invalid
from shared.http import FormFields

OWN: Final = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~-]*(?:\?[A-Za-z0-9_=&%+.:~-]*)?(?:#[a-z-]+)?")


def own_form(form: FormFields, request: Request, visitor: Actor | None) -> Reader:
    """Who sent it. Raises Forbidden for nobody, ForeignForm for a form that is not of this session."""
    reader = reader_of(request, visitor)
    if reader is None or reader.demo or reader.csrf is None:
        raise Forbidden
    if not secrets.compare_digest(form.get("csrf", ""), reader.csrf):
        raise ForeignForm
    return reader


def own_address(given: str | None) -> str | None:
    """An address of ours, without its origin; None for somebody else's."""
    return given if given is not None and OWN.fullmatch(given) else None


def said_of_fields(refused: Invalid, form: Format) -> Mapping[str, str]:
    """What is wrong with each field, in the reader's words."""
    return {each.pointer.lstrip("/"): form.text(each.message, **(each.params or {})) for each in refused.errors}
