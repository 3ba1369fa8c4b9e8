"""What goes out of the image: of an environment made up here. That the rest still works is shown while the image is built."""

import shutil
import sys
from pathlib import Path

from infra.image.prune import WHOLE, libraries, prune, strip
from tests.engines import cannot_be_had

KEPT = (
    "phonenumbers/data/region_KR.py", "babel/locale-data/root.dat", "babel/locale-data/ko_KR.dat", "babel/locale-data/en.dat",
    "pyphen/dictionaries/hyph_en_US.dic", "statsmodels/datasets/utils.py", "pandas/testing.py", "a/py.typed",
)  # fmt: skip
GONE = (
    "phonenumbers/geodata/data0.py", "phonenumbers/tzdata/data0.py", "babel/locale-data/kok.dat", "babel/locale-data/enn.dat",
    "babel/locale-data/de.dat", "pyphen/dictionaries/hyph_de_DE.dic", "pandas/tests/frame/test_a.py", "numpy/_core/include/a.h",
    "uvloop/loop.pyx", "statsmodels/datasets/sunspots/sunspots.csv",
)  # fmt: skip


def test_data_of_others_and_sources_go_and_modules_stay(tmp_path: Path) -> None:
    for name in (*KEPT, *GONE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    prune(tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == set(KEPT)


def test_what_is_taken_out_is_there_to_be_taken_out() -> None:
    """A pattern that finds nothing any more would let the image grow without a word."""
    packages = Path(next(path for path in sys.path if path.endswith("site-packages")))
    assert [pattern for pattern in WHOLE if not next(packages.glob(pattern), None)] == []


def test_a_library_loses_its_symbols_only_where_it_can_still_be_loaded(tmp_path: Path) -> None:
    if not (shutil.which("strip") and shutil.which("readelf")):
        cannot_be_had("strip and readelf are not there: install the system's package binutils")
    packages = Path(next(path for path in sys.path if path.endswith("site-packages")))
    (changed,) = (packages / "numpy.libs").glob("libscipy_openblas*")
    (linked,) = (packages / "httptools/parser").glob("parser.*.so")
    before = {}
    for library in (changed, linked):
        copy = tmp_path / library.name
        shutil.copyfile(library, copy)
        before[copy] = copy.stat().st_size
        strip(copy)
    assert sorted(before) == libraries(tmp_path) == sorted(tmp_path.iterdir())
    kept, stripped = before
    assert (kept.stat().st_size, stripped.stat().st_size < before[stripped]) == (before[kept], True)
