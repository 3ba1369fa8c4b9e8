"""What tables of pages hold: figures in words, links, and names of regions and fields; and ids as addresses have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.reporting.domain.values import State, Unit
from services.reporting.frameworks import field_names
from services.reporting.indicators import current
from services.reporting.pages.formatting import Format
from services.reporting.queries.values import Value
from shared.errors import N_, NotFound

NOTHING: Final = "–"
# Whose unit the head of a column says already.
_BARE: Final = (Unit.PERSONS, Unit.PARTICIPATIONS, Unit.SEATS)
REGIONS: Final = {
    "11": N_("Seoul"), "26": N_("Busan"), "27": N_("Daegu"), "28": N_("Incheon"), "29": N_("Gwangju"), "30": N_("Daejeon"),
    "31": N_("Ulsan"), "36": N_("Sejong"), "41": N_("Gyeonggi"), "43": N_("Chungbuk"), "44": N_("Chungnam"),
    "46": N_("Jeonnam"), "47": N_("Gyeongbuk"), "48": N_("Gyeongnam"), "50": N_("Jeju"), "51": N_("Gangwon"), "52": N_("Jeonbuk"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, perhaps with where it leads to and how it is meant: good, bad, warn or soft."""

    text: str
    href: str | None = None
    kind: str | None = None


class Words(str):
    """The head of a column of words or days: these begin at the left, numbers end at the right."""

    __slots__ = ()


Shown = str | Cell
Row = tuple[Shown, Sequence[Shown]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its caption, the heads, and the rows by name."""

    id: str
    caption: str
    first: str
    columns: Sequence[str]
    rows: Sequence[Row]


def grid(id_: str, texts: tuple[str, str], heads: Sequence[str], rows: Sequence[Row], *, form: Format) -> Grid:
    """A table whose caption, first head and other heads are texts of ours."""
    return Grid(id_, form.text(texts[0]), form.text(texts[1]), titles(heads, form), rows)


def titles(heads: Sequence[str], form: Format) -> list[str]:
    """The heads of columns in the reader's language; those of words stay such."""
    return [Words(form.text(head)) if isinstance(head, Words) else form.text(head) for head in heads]


def id_in(text: str, what: str) -> UUID:
    """An id from an address. Raises NotFound for what can be none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(what) from None


def in_words(name: str, values: Mapping[str, Value], form: Format) -> Shown:
    """The value of an indicator for a table, or why there is none. Where nothing was counted there is a dash."""
    value = values.get(name)
    if value is None:
        return Cell(NOTHING, kind="soft")
    if value.value is None:
        return Cell(form.value(None, value.state, value.unit), kind="soft")
    if value.unit in _BARE:
        return form.number(value.value)
    return form.value(value.value, State.OK, value.unit)


def parts_of(value: Any, form: Format) -> str:
    """`12 / 34`: numerator and denominator, or the numerator alone where there is none."""
    counts = value.counts
    if counts.denominator is None:
        return form.number(counts.numerator)
    return f"{form.number(counts.numerator)} / {form.number(counts.denominator)}"


def region_name(code: str | None, form: Format) -> str:
    """What a region is called by the first two digits of its code; the code itself where it is another one."""
    if code is None:
        return NOTHING
    known = REGIONS.get(code[:2])
    return code if known is None else form.text(known)


def field_name(code: str, form: Format) -> str:
    known = field_names().get(code)
    return code if known is None else str(getattr(known, form.language))


def indicator_name(name: str, form: Format) -> str:
    return current()[name].name[form.language]
