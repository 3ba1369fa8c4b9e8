"""What a request carries: read with a limit, checked for what no text may hold, parsed strictly."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import Message
from typing import Any, Final
from urllib.parse import parse_qsl

import anyio
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from shared.errors import TooLarge
from shared.http.hygiene import check_text
from shared.http.refusals import Malformed, UnsupportedMediaType

JSON_LIMIT: Final = 1024 * 1024
FORM_LIMIT: Final = 64 * 1024
JSON_TYPE: Final = "application/json"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
MULTIPART_TYPE: Final = "multipart/form-data"


class Body(BaseModel):
    """A request body: strict types, unknown fields refused, texts limited. Dates, UUIDs and enums come as JSON texts."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True, str_max_length=2000, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, in the body or as the one part of a form. `filename` has no folders."""

    content: bytes
    content_type: str
    filename: str | None = None


class FormFields(dict[str, str]):
    """The fields of a web form, each of which may occur once."""


def media_type(headers: Headers) -> str:
    """The content type without its parameters, in lower case; empty when there is none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def check_content(headers: Headers, accepted: tuple[str, ...], *, limit: int) -> None:
    """Refuse what can be refused before reading: UnsupportedMediaType, TooLarge."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) > 15 or int(length) > limit):
        raise TooLarge(limit=limit)
    encoded = headers.get("content-encoding", "identity").strip().lower() != "identity"
    kind = media_type(headers)
    if encoded or not (kind in accepted or (JSON_TYPE in accepted and kind.endswith("+json"))):
        raise UnsupportedMediaType(accepted=", ".join(accepted))


async def read(request: Request, *, limit: int) -> bytes:
    """The whole body. Raises TooLarge as soon as it is longer than `limit`."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit=limit)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def form_fields(raw: bytes) -> FormFields:
    """Raises Malformed."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=100)
    except (UnicodeDecodeError, ValueError):
        raise Malformed from None
    fields = FormFields(pairs)
    if len(fields) != len(pairs):
        raise Malformed
    for name, value in pairs:
        check_text(name, value)
    return fields


def upload(raw: bytes, headers: Headers, accepted: tuple[str, ...]) -> Upload:
    """The file that a request carries. Raises Malformed, UnsupportedMediaType."""
    kind = media_type(headers)
    if kind != MULTIPART_TYPE:
        return Upload(raw, kind, _filename(headers))
    part = anyio.run(_only_part, raw, headers)
    if part.content_type not in accepted:
        raise UnsupportedMediaType(accepted=", ".join(each for each in accepted if each != MULTIPART_TYPE))
    return part


async def _only_part(raw: bytes, headers: Headers) -> Upload:
    async def stream() -> AsyncIterator[bytes]:
        yield raw

    try:
        form = await MultiPartParser(headers, stream(), max_files=1, max_fields=0).parse()  # type: ignore[arg-type]
    except (MultiPartException, HTTPException, KeyError, UnicodeDecodeError):
        raise Malformed from None
    parts = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
    try:
        if len(parts) != 1:
            raise Malformed
        content = await parts[0].read()
        return Upload(content, media_type(parts[0].headers), _bare(parts[0].filename))
    finally:
        await form.close()


def _filename(headers: Headers) -> str | None:
    disposition = Message()
    disposition["content-disposition"] = headers.get("content-disposition", "")
    return _bare(disposition.get_filename())


def _bare(name: str | None) -> str | None:
    if not name:
        return None
    bare = name.replace("\\", "/").rsplit("/", 1)[-1][:255]
    check_text("filename", bare)
    return bare or None


def schema_of_file(accepted: tuple[str, ...]) -> dict[str, Any]:
    """The OpenAPI request body of a route that takes a file."""
    binary: dict[str, Any] = {"type": "string", "format": "binary"}
    form = {"type": "object", "required": ["file"], "properties": {"file": binary}}
    content = {kind: {"schema": form if kind == MULTIPART_TYPE else binary} for kind in accepted}
    return {"required": True, "content": content}
