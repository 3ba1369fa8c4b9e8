"""XML from strangers: read as it streams, without entities, definitions or anything from elsewhere."""

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from shared.spreadsheets.refusals import broken

Start = Callable[[str, Mapping[str, str]], None]


def read_xml(
    chunks: Iterable[bytes], *, start: Start, end: Callable[[str], None] | None = None, text: Callable[[str], None] | None = None
) -> None:
    """Call `start(name, attributes)`, `end(name)` and `text(part)` as they come; names without namespace.

    Raises BrokenFile, for any document type definition too.
    """

    def started(name: str, attributes: dict[str, str]) -> None:
        start(name.rpartition(":")[2], attributes)

    def ended(name: str) -> None:
        assert end is not None
        end(name.rpartition(":")[2])

    def defined(*_given: object) -> None:
        raise broken("doctype")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = defined
    parser.EntityDeclHandler = defined
    if end is not None:
        parser.EndElementHandler = ended
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise broken("xml_broken") from None
