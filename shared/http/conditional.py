"""Conditional requests (RFC 9110, 13): one strong ETag per version, If-Match for changes, If-None-Match for reads."""

import re
from typing import Annotated, Any, Final

from shared.errors import PreconditionRequired, Stale
from shared.http.refusals import BadIfMatch

IfMatch = Annotated[int | None, "If-Match"]
"""The version a caller demands to change: required (428), None for `*`. Compare with shared.versions.check_version."""

_ENTITY_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_VERSION: Final = re.compile(r"0|[1-9][0-9]{0,17}")


def etag(version: int) -> str:
    """The strong ETag of a version."""
    return f'"{version}"'


def version_of(result: Any) -> int | None:
    """The version that a result carries as `version`, if any."""
    version = result.get("version") if isinstance(result, dict) else getattr(result, "version", None)
    return version if isinstance(version, int) and not isinstance(version, bool) else None


def demanded_version(header: str | None) -> int | None:
    """The version in If-Match, None for `*`. Raises PreconditionRequired, BadIfMatch, and Stale for tags we never gave."""
    if header is None:
        raise PreconditionRequired
    header = header.strip()
    if header == "*":
        return None
    match = _ENTITY_TAG.fullmatch(header)
    if match is None:
        raise BadIfMatch
    if match[1] or not _VERSION.fullmatch(match[2]):
        raise Stale
    return int(match[2])


def is_unchanged(header: str | None, current: str | None) -> bool:
    """Whether If-None-Match holds the current ETag (weak comparison), so that 304 is the answer."""
    if header is None or current is None:
        return False
    if header.strip() == "*":
        return True
    return any(f'"{match[2]}"' == current for match in _ENTITY_TAG.finditer(header[:4096]))
