"""A report in words: sections of paragraphs, charts, tables and notes, whatever it is written as."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.reporting.charts import Chart, Table
from shared.i18n import Language


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph; `strong` for what must not be overlooked."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with the table of its data."""

    chart: Chart


@dataclass(frozen=True, slots=True)
class Grid:
    """A table by itself."""

    table: Table


@dataclass(frozen=True, slots=True)
class Remark:
    """A note to what stands before it."""

    text: str


Block = Passage | Picture | Grid | Remark


@dataclass(frozen=True, slots=True)
class Section:
    """`level` 1 is a chapter, 2 a part of it."""

    id: str
    title: str
    level: int
    blocks: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """`cover` are the lines of the first page: what is said, and of what. `frozen`: figures of a closed period."""

    language: Language
    title: str
    subtitle: str
    owner: str
    cover: Sequence[tuple[str, str]]
    checksum: str
    sections: Sequence[Section]
    frozen: bool = False
    notices: Sequence[str] = field(default_factory=tuple)
