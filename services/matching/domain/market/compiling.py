"""Turns the plain loops into compiled ones, and keeps what was compiled in a folder named after what it was made from."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import structlog

log = structlog.get_logger()
_HERE: Final = Path(__file__).parent


def folder_for(data: Path | None) -> Path | None:
    """Where compiled code is kept: below the data folder, else below the user's own cache, None where neither can be written.

    What lies there is run: a folder that others may write is not used. The name is a digest of all the sources, so that
    no code outlives its source.
    """
    parents = [data / "compiled"] if data is not None else []
    parents.append(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hustar" / "compiled")
    for parent in parents:
        folder = parent / _digest()
        if _is_ours(folder):
            return folder
    log.warning("compiled_code_is_not_kept", remedy="make HUSTAR_DATA writable")
    return None


def compile_into(engine: Any, *, inline: Iterable[Callable[..., Any]], folder: Path | None) -> Any:
    """An engine like this one whose loops are compiled. `inline` are the functions that the loops call."""
    import numba  # takes half a second, and only who needs it should wait
    from numba.extending import register_jitable

    # Nothing is counted or made in the loops: counting references to forty arrays would cost more than the work.
    settings: Any = numba.config
    settings.CACHE_DIR = str(folder or "")
    uncounted: dict[str, Any] = {"_nrt": False}
    for function in inline:
        register_jitable(forceinline=True, **uncounted)(function)
    compiled = {
        name: numba.njit(nogil=True, cache=folder is not None, **uncounted)(getattr(engine, name)) for name in engine.LOOPS
    }
    return type(engine)(**compiled, compiled=True)


def _digest() -> str:
    content = hashlib.sha256()
    for file in sorted(_HERE.glob("*.py")):
        content.update(file.read_bytes())
    return content.hexdigest()[:16]


def _is_ours(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
        status = folder.stat()
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022
