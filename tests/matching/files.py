"""Files as offices send them: rows to bytes, in the encoding that their spreadsheet writes."""

import csv
import io
from collections.abc import Iterable, Sequence


def csv_file(header: Sequence[object], rows: Iterable[Sequence[object]], *, encoding: str = "utf-8") -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([header, *rows])
    return written.getvalue().encode(encoding)
