"""The process that draws: reads specifications, one JSON line each, and answers with SVG or PNG. Imports nothing of ours.

Drawing holds Python's lock for as long as it takes; in a process of its own it keeps no request waiting, and can be ended.
"""

import base64
import json
import sys
from collections.abc import Sequence
from pathlib import Path

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "C:/Windows/Fonts")


def main(folders: Sequence[str]) -> None:
    """One answer for each line: {"svg": ...}, {"png": base64}, or {"error": ...}."""
    import vl_convert  # a second and a hundred megabytes: only the process that draws has it

    for folder in (*folders, *_korean_folders()):
        vl_convert.register_font_directory(folder)
    for line in sys.stdin:
        print(json.dumps(_answer(vl_convert, json.loads(line))), flush=True)


def _answer(vl_convert: object, asked: dict[str, object]) -> dict[str, str]:
    try:
        if "svg" in asked:
            drawn = vl_convert.svg_to_png(asked["svg"], scale=asked["scale"])  # type: ignore[attr-defined]
            return {"png": base64.b64encode(drawn).decode()}
        return {"svg": vl_convert.vegalite_to_svg(asked["spec"])}  # type: ignore[attr-defined]
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one specification is told to who asked
        return {"error": str(error)[:500]}


def _korean_folders() -> list[str]:
    return [str(found) for root in FONT_FOLDERS for found in Path(root).glob("**/*nanum*") if found.is_dir()]


if __name__ == "__main__":
    main(sys.argv[1:])
