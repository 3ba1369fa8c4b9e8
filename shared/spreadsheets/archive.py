"""Archives from strangers: refused before anything is unpacked, and counted again while it is, since headers lie."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from shared.spreadsheets.refusals import broken

MOST_FILES: Final = 200
MOST_BYTES: Final = 100 * 1024 * 1024
HIGHEST_RATIO: Final = 100
_RATIO_FROM: Final = 100 * 1024
_CHUNK: Final = 64 * 1024
_ENCRYPTED: Final = 0x1
_UTF8: Final = 0x800
_NESTED: Final = (".zip", ".xlsx", ".xlsm", ".docx", ".jar", ".7z", ".rar", ".gz", ".tar")


class Archive:
    """A zip whose files can be read within limits. Raises BrokenFile."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise broken("zip_broken") from None
        self._left = MOST_BYTES
        self._files = _checked(self._zip.infolist())

    @property
    def names(self) -> list[str]:
        return list(self._files)

    def has(self, name: str) -> bool:
        return name in self._files

    def read(self, name: str) -> bytes:
        """A file whole."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """A file piece by piece."""
        info = self._files[name]
        unpacked = 0
        try:
            with self._zip.open(info) as file:
                while chunk := file.read(_CHUNK):
                    unpacked += len(chunk)
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise broken("zip_too_large", most=MOST_BYTES)
                    if unpacked > _RATIO_FROM and unpacked > HIGHEST_RATIO * max(info.compress_size, 1):
                        raise broken("zip_ratio", most=HIGHEST_RATIO)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError):
            raise broken("zip_broken") from None


def _checked(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    if len(infos) > MOST_FILES:
        raise broken("zip_entries", most=MOST_FILES)
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise broken("zip_too_large", most=MOST_BYTES)
    files: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = _name(info)
        if info.flag_bits & _ENCRYPTED:
            raise broken("zip_encrypted")
        if name in files or name.startswith("/") or ":" in name or ".." in name.split("/"):
            raise broken("zip_name")
        if name.casefold().endswith(_NESTED):
            raise broken("zip_nested")
        if info.file_size > _RATIO_FROM and info.file_size > HIGHEST_RATIO * max(info.compress_size, 1):
            raise broken("zip_ratio", most=HIGHEST_RATIO)
        if not info.is_dir():
            files[name] = info
    return files


def _name(info: zipfile.ZipInfo) -> str:
    name = info.filename.replace("\\", "/")
    if info.flag_bits & _UTF8:
        return name
    try:
        # Older programs in Korea write CP949 where the format says CP437.
        return name.encode("cp437").decode("cp949")
    except UnicodeError:
        return name
