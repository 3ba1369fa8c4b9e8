"""Takes out of an environment what the product never opens. Called while the image is built: `prune.py SITE_PACKAGES`.

Only data and sources of other programs go: no module does. What must still work afterwards is shown by walk.py, in the image.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

WHOLE: Final = (
    "phonenumbers/geodata",  # where a number is, whose it is, in which zone: the product asks only whether it is one
    "phonenumbers/carrierdata",
    "phonenumbers/tzdata",
    "statsmodels/datasets/*/*.csv",
    "numpy/_core/include",
    "lxml/includes",
    "**/tests",
)
LANGUAGES: Final = ("babel/locale-data/*.dat", ("root", "ko", "en"))
HYPHENS: Final = ("pyphen/dictionaries/*.dic", ("hyph_en",))
SOURCES: Final = (".c", ".cpp", ".h", ".hpp", ".pxd", ".pxi", ".pyi", ".pyx")
_WORTH_IT: Final = 100_000


def unneeded(packages: Path) -> Iterator[Path]:
    """Files and folders that can go."""
    for pattern in WHOLE:
        yield from packages.glob(pattern)
    for pattern, kept in (LANGUAGES, HYPHENS):
        yield from (file for file in packages.glob(pattern) if not _is_one_of(file.stem, kept))
    yield from (file for file in packages.rglob("*") if file.suffix in SOURCES and file.is_file())


def _is_one_of(stem: str, kept: tuple[str, ...]) -> bool:
    return any(stem == name or stem.startswith(f"{name}_") for name in kept)


def libraries(packages: Path) -> list[Path]:
    """Compiled files large enough to be worth a look for symbols that only a debugger reads."""
    found = (file for file in packages.rglob("*.so*") if file.is_file() and not file.is_symlink())
    return sorted(file for file in found if file.stat().st_size >= _WORTH_IT)


def prune(packages: Path) -> None:
    for path in sorted(unneeded(packages)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # its folder may have gone before


def strip(library: Path) -> None:
    """Take its symbols, where it can still be loaded without: some that were changed after they had been linked cannot."""
    stripped = library.with_name(f"{library.name}.stripped")
    subprocess.run(["strip", "--strip-unneeded", "--preserve-dates", "-o", stripped, library], check=True)
    if _loads(stripped):
        stripped.replace(library)
    else:
        stripped.unlink()


def _loads(library: Path) -> bool:
    """Whether each part lies in the file as it must to be mapped: what the loader calls page-aligned."""
    told = subprocess.run(["readelf", "--program-headers", "--wide", library], capture_output=True, text=True, check=True).stdout
    parts = [line.split() for line in told.splitlines() if line.split()[:1] == ["LOAD"]]
    return all((int(part[1], 16) - int(part[2], 16)) % int(part[-1], 16) == 0 for part in parts)


def main() -> int:
    packages = Path(sys.argv[1])
    prune(packages)
    for library in libraries(packages):
        strip(library)
    return 0


if __name__ == "__main__":
    sys.exit(main())
