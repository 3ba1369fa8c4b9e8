"""Drawings for files without what nobody sees: names for programs, groups of nothing, shapes without extent."""

import re
from typing import Final
from xml.etree import ElementTree as ET

_SVG: Final = "http://www.w3.org/2000/svg"
_GROUP: Final = f"{{{_SVG}}}g"
_PATH: Final = f"{{{_SVG}}}path"
_EMPTY: Final = frozenset({None, "", "M0,0h0v0h0Z"})
_UNSEEN: Final = ("class", "role", "pointer-events", "aria-hidden", "aria-label", "aria-roledescription")
_DEFAULT: Final = {"opacity": "1", "fill-opacity": "1", "stroke-opacity": "1"}
_FAR: Final = re.compile(r"(\d+\.\d{2})\d+")


def slimmed(drawn: str) -> str:
    """The same drawing in half as much: whoever draws it again (the press, a word processor) does so node by node."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(drawn)  # noqa: S314 - made by our own drawing process
    for node in root.iter():
        for name in (*_UNSEEN, *(each for each, usual in _DEFAULT.items() if node.get(each) == usual)):
            node.attrib.pop(name, None)
        if node.get("transform") in ("translate(0,0)", "translate(0, 0)"):
            del node.attrib["transform"]
    _unwrap(root)
    return _FAR.sub(r"\1", ET.tostring(root, encoding="unicode"))


def _unwrap(node: ET.Element) -> None:
    """Children of groups that say nothing take their place; what has no extent is left out."""
    kept: list[ET.Element] = []
    for child in node:
        _unwrap(child)
        if child.tag == _PATH and child.get("d") in _EMPTY:
            continue
        if child.tag == _GROUP and not len(child):
            continue
        kept += [*child] if child.tag == _GROUP and not child.attrib else [child]
    node[:] = kept
